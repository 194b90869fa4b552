namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>The exception that something is expected to end with.</summary>
internal static class Fault
{
    public static async Task<TException> OfAsync<TException>(Func<Task> action)
        where TException : Exception =>
        (await Assert.ThrowsAsync<TException>(action))!;
}
