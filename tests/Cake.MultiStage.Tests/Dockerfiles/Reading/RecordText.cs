using System.Collections;
using System.Reflection;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Tests.Dockerfiles.Reading;

/// <summary>A Dockerfile's records as text, with all they hold but where they were read: lists compare by what is in them.</summary>
internal static class RecordText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Of))}]",
        Instruction or Stage or StageBase or Dockerfile or Command or RunMount or InlineFile => Record(value),
        _ => value.ToString()!,
    };

    private static string Record(object record) =>
        $"{record.GetType().Name} {{ "
            + $"{string.Join(", ", Members(record).Select(member => $"{member.Name} = {Of(member.GetValue(record))}"))} }}";

    // What is written down is kept in fields; what is worked out of it has none.
    private static IEnumerable<FieldInfo> Members(object record)
    {
        for (var type = record.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => !field.Name.Contains("Source>", StringComparison.Ordinal) || field.FieldType == typeof(string)))
            {
                yield return field;
            }
        }
    }
}
