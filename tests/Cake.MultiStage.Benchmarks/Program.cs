using System.Text.Json;
using Cake.MultiStage.Benchmarks;

// Usage: benchmarks <file for the results> <engine> [<folder with the package> <its version>]
// The image comes first: its peak memory is that of the process up to then.
if (args is not [var file, var engine, .. var package] || package is not ([] or [_, _]))
{
    Console.Error.WriteLine("benchmarks <file for the results> <engine> [<folder with the package> <its version>]");
    return 2;
}

var host = new Uri(engine);
List<Result> results =
[
    .. await ImageBenchmark.RunAsync(host),
    .. await ScriptBenchmark.RunAsync(host),
    .. await ManyBenchmark.RunAsync(host),
    .. await ServiceBenchmark.RunAsync(host),
    .. await ContextBenchmark.RunAsync(host),
    await HtmlBenchmark.RunAsync(),
    .. await ArchiveBenchmark.RunAsync(),
];
if (package is [var feed, var version])
{
    results.AddRange(await StartBenchmark.RunAsync(feed, version));
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(results, Result.Json));
await File.WriteAllTextAsync(Path.ChangeExtension(file, ".md"), Result.Table(results));
Console.WriteLine(Result.Table(results));
return 0;
