namespace Cake.MultiStage.Contexts;

internal sealed class ContextWalker(string directory, IgnoreFile ignore, CancellationToken cancellationToken)
{
    public BuildContext Collect(IReadOnlyList<string> sources) => throw new NotSupportedException(directory + ignore + sources.Count + cancellationToken);
}
