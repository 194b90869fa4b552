using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>An image exceeds its budget. The message lists every limit it breaks, each with the largest causes.</summary>
public sealed class BudgetExceededException : MultiStageException
{
    internal BudgetExceededException(string image, IReadOnlyList<BrokenLimit> limits)
        : base(Text(image, limits)) => Limits = limits;

    /// <summary>Gets the limits that the image breaks.</summary>
    public IReadOnlyList<BrokenLimit> Limits { get; }

    private static string Text(string image, IReadOnlyList<BrokenLimit> limits)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"Image '{image}' exceeds its budget:");
        foreach (var limit in limits)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {limit.Name} {limit.Actual}, at most {limit.Limit}");
            foreach (var cause in limit.Causes)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n    {cause.Size} {LogText.Clean(cause.What)}");
                if (cause.CreatedBy.Length > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $" by {LogText.Clean(cause.CreatedBy)}");
                }
            }
        }

        return text.Append("\nMake the largest of these smaller, or raise the limit.").ToString();
    }
}

/// <summary>A limit that an image breaks.</summary>
/// <param name="Name">What is limited, such as <c>size</c> or <c>stage 'builder'</c>.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Actual">What was measured.</param>
/// <param name="Causes">The largest causes, three at most.</param>
public sealed record BrokenLimit(string Name, string Limit, string Actual, IReadOnlyList<SizeCause> Causes);

/// <summary>Something that makes an image large.</summary>
/// <param name="What">The file or directory, such as <c>/usr/lib</c>, or what a layer is.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="CreatedBy">The instruction that brought it; empty where that is unknown.</param>
public sealed record SizeCause(string What, ByteSize Size, string CreatedBy);
