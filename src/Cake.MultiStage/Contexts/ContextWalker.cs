namespace Cake.MultiStage.Contexts;

internal sealed class ContextWalker(string directory, IgnoreFile ignore, CancellationToken cancellationToken)
{
    public BuildContext Collect(IReadOnlyList<string> sources) =>
        ignore.IsIgnored(directory) && cancellationToken.IsCancellationRequested ? new(directory, []) : throw new NotSupportedException(sources[0]);
}
