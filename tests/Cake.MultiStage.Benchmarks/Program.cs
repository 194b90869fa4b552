using System.Text.Json;
using Cake.MultiStage.Benchmarks;

// Usage: benchmarks <file for the results> [engine [context]]
// The image comes first: its peak memory is that of the process up to then.
var results = new List<Result>();
if (args is [_, var host])
{
    results.AddRange(await ImageBenchmark.RunAsync(new Uri(host)));
    results.AddRange(await ScriptBenchmark.RunAsync(new Uri(host)));
}

if (args is not [_, _, ..] || args is [_, _])
{
    results.Add(await HtmlBenchmark.RunAsync());
    results.AddRange(await ArchiveBenchmark.RunAsync());
}

if (args is [_, var engine, "context"])
{
    results.AddRange(await ContextBenchmark.RunAsync(new Uri(engine)));
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[0]))!);
await File.WriteAllBytesAsync(args[0], JsonSerializer.SerializeToUtf8Bytes(results, Result.Json));
Console.WriteLine($"{"benchmark",-58} {"ratio",8} {"goal",8}");
foreach (var result in results)
{
    Console.WriteLine(FormattableString.Invariant($"{result.Name,-58} {result.Ratio,8:0.00} {result.Goal,8:0.00}"));
}
