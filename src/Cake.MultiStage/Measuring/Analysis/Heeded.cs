namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Walks that end with a token: images may have millions of files.</summary>
internal static class Heeded
{
    /// <summary>Goes on from one to the next until the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static IEnumerable<T> Heeding<T>(this IEnumerable<T> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
