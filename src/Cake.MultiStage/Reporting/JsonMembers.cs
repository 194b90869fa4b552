using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Reporting;

/// <summary>Members that are left out where they are not known.</summary>
internal static class JsonMembers
{
    extension(Utf8JsonWriter writer)
    {
        public void WriteKnown(string name, ByteSize? size)
        {
            if (size is { } known)
            {
                writer.WriteNumber(name, known.Bytes);
            }
        }

        public void WriteKnown(string name, string? text)
        {
            if (text is not null)
            {
                writer.WriteString(name, text);
            }
        }

        public void WriteSeconds(string name, TimeSpan? time)
        {
            if (time is { } known)
            {
                writer.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
            }
        }

        public void WriteStrings(string name, IEnumerable<string> texts)
        {
            writer.WriteStartArray(name);
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }
    }
}
