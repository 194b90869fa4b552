using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cake.MultiStage.Progress;

/// <summary>Draws what changes on a terminal while something runs.</summary>
internal static class LiveScreen
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs something and shows it until it ends.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Func<IRenderable> render, Func<Task<T>> work)
    {
        T result = default!;
        await console.Live(new Text("")).StartAsync(async live =>
        {
            var running = work();
            try
            {
                while (await Task.WhenAny(running, Task.Delay(Refresh)) != running)
                {
                    live.UpdateTarget(render());
                }
            }
            finally
            {
                live.UpdateTarget(render());
            }

            result = await running;
        });
        return result;
    }
}
