using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Pushing;

/// <summary>Reads what the engine says of a push: how far each layer is, and the digest in the end.</summary>
internal sealed partial class PushProgress(ImageReference reference, IBuildObserver observer) : IProgress<JSONMessage>
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    public string? Error { get; private set; }

    public PushedImage? Pushed { get; private set; }

    public void Report(JSONMessage value)
    {
        if (value.Error is { } error)
        {
            Error = error.Message;
        }
        else if (value.Aux?.ExtensionData is { } aux && aux.TryGetValue("Digest", out var digest))
        {
            var size = aux.TryGetValue("Size", out var bytes)
                && bytes is JsonElement { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
            Pushed = new PushedImage(reference, Digest.Parse(digest.ToString() ?? ""), new ByteSize(size));
        }
        else if (value.Status is { } status)
        {
            Read(value.ID ?? "", status, value);
        }
    }

    private void Read(string layer, string status, JSONMessage value)
    {
        if (DigestLine().Match(status) is { Success: true } line && Digest.TryParse(line.Groups["digest"].Value, out var digest))
        {
            // Engines with containerd's image store may say it in words alone.
            Pushed ??= new PushedImage(reference, digest,
                new ByteSize(long.Parse(line.Groups["size"].Value, CultureInfo.InvariantCulture)));
        }
        else if (layer.Length > 0 && Done().IsMatch(status))
        {
            if (_done.Add(layer))
            {
                observer.On(new LayerPushed(reference.ToString(), layer, status));
            }
        }
        else if (layer.Length > 0)
        {
            observer.On(new Transferred(LayerPushed.Name(reference.ToString(), layer), value.Progress?.Current ?? 0,
                value.Progress?.Total ?? 0));
        }
    }

    // moby, distribution/push_v2.go: "%s: digest: %s size: %d"
    [GeneratedRegex(@"(?:\A|\s)digest: (?<digest>\S+) size: (?<size>[0-9]{1,15})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DigestLine();

    // The same file's words for a layer that the registry has by now: sent, there before, or taken over from another repository.
    [GeneratedRegex(@"\A(Pushed|Layer already exists|Mounted from .*|Already exists)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Done();
}
