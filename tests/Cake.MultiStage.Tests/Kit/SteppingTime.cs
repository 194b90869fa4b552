namespace Cake.MultiStage.Tests.Kit;

/// <summary>A clock that goes on by a step each time it is read for how long something took.</summary>
internal sealed class SteppingTime(TimeSpan step) : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now += step.Ticks;
}
