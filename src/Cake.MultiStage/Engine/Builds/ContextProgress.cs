using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Tells the observer how far the build context is on its way: as a transfer, and in words at the step that waits for it.
/// </summary>
internal sealed class ContextProgress(IBuildObserver observer, TimeProvider time) : IProgress<long>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly StepName Step = StepName.FromBuildKit("[internal] load build context");

    private long _told = time.GetTimestamp();
    private int _listed;
    private int _files;
    private long _bytes;

    /// <summary>Takes note that one more file has been listed.</summary>
    /// <param name="total">How many there are.</param>
    public void Listed(int total)
    {
        _listed++;
        Tell(() => $"{_listed:N0} of {total:N0} files listed");
    }

    /// <summary>Takes note of bytes that were sent.</summary>
    public void Sent(int bytes)
    {
        _bytes += bytes;
        Report(_bytes);
    }

    /// <summary>Takes note that a file has been sent whole.</summary>
    public void SentFile()
    {
        _files++;
        Tell(() => $"{_files:N0} files sent, {new ByteSize(_bytes)}");
    }

    public void Report(long value) => observer.On(new Transferred("build context", value, 0));

    private void Tell(Func<FormattableString> text)
    {
        if (time.GetElapsedTime(_told) >= Pause)
        {
            _told = time.GetTimestamp();
            observer.On(new StepOutput(Step, FormattableString.Invariant(text())));
        }
    }
}
