using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>All that decides what a build makes.</summary>
/// <param name="All">What it is made of; each kind and name once.</param>
internal sealed record BuildInputs(IReadOnlyList<BuildInput> All)
{
    /// <summary>The setting that tells the builder.</summary>
    public const string BuilderSetting = "builder";

    /// <summary>The setting that tells the platform, the builder's own where none is asked for.</summary>
    public const string PlatformSetting = "platform";

    // Changes whenever the same inputs no longer mean the same image.
    private const string Form = "1";

    /// <summary>Works out what tells these inputs from others: the same on every machine.</summary>
    public Digest Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Form));
        foreach (var input in All.OrderBy(input => input.Kind).ThenBy(input => input.Name, StringComparer.Ordinal))
        {
            // Lengths in front: no two lists of inputs have the same bytes.
            foreach (var text in (string[])[input.Kind.ToString(), input.Name, input.Value])
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
        }

        return Digest.Parse($"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    /// <summary>Gathers the inputs of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="contents">The files that travel.</param>
    /// <param name="bases">The images from outside, and what each is now.</param>
    /// <param name="builder">The builder that is used.</param>
    /// <param name="platform">The platform that is built for where none is asked for.</param>
    public static BuildInputs Of(
        BuildRequest request, ContextContents contents, IReadOnlyDictionary<string, string> bases, BuilderKind builder,
        Platform platform) => new(
    [
        .. contents.Files.Select(file => new BuildInput(BuildInputKind.File, file.File.Path, Value(file))),
        new(BuildInputKind.Dockerfile, "",
            (request.Dockerfile with { Comments = false }).Render(request.Target, request.BuildArguments).Text),
        .. bases.Select(image => new BuildInput(BuildInputKind.Base, image.Key, image.Value)),
        .. request.BuildArguments.Select(argument => new BuildInput(BuildInputKind.Argument, argument.Key, argument.Value)),
        .. request.Secrets.Keys.Concat(request.SshAgents.Keys.Select(id => $"ssh {id}"))
            .Select(id => new BuildInput(BuildInputKind.Secret, id, "")),
        // A project's name may be that of its folder, which is another elsewhere.
        .. request.Labels.Where(label => !request.OriginLabels.Contains(label.Key) && label.Key != BuildRequest.ProjectLabel)
            .Select(label => new BuildInput(BuildInputKind.Label, label.Key, label.Value)),
        .. Settings(request, builder, platform).Select(setting => new BuildInput(BuildInputKind.Setting, setting.Name, setting.Value)),
    ]);

    private static IEnumerable<(string Name, string Value)> Settings(BuildRequest request, BuilderKind builder, Platform platform) =>
    [
        ("target", request.Target ?? ""),
        .. request.Reproducible ? [("reproducible", "true")] : Array.Empty<(string, string)>(),
        (PlatformSetting, request.PlatformsOr(platform)),
        ("network", request.Network ?? ""),
        .. request.Steps.Inputs,
        .. request.Attestations.Inputs,
        (BuilderSetting, builder.ToString()),
        ("record of base images", request.RecordBaseImages ? "on" : "off"),
        ("cache in the image", request.CacheTo.Any(location => location is ImageCache) ? "on" : "off"),
        ("origin labels", request.OriginLabels.Count > 0 ? "on" : "off"),
    ];

    private static string Value(HashedFile file) => string.Create(CultureInfo.InvariantCulture,
        $"{file.File.Kind} {Convert.ToString((int)file.File.Mode, 8)} {file.File.LinkTarget ?? file.Hash}");

    /// <summary>Says why inputs make another image than earlier ones, the files first; nothing where they make the same.</summary>
    public IReadOnlyList<string> DifferencesFrom(BuildInputs earlier)
    {
        var before = earlier.All.ToDictionary(input => (input.Kind, input.Name), input => input.Value);
        List<(BuildInput Input, string Text)> found = [];
        foreach (var input in All)
        {
            if (!before.Remove((input.Kind, input.Name), out var value))
            {
                found.Add((input, InputDifference.Added(input)));
            }
            else if (value != input.Value)
            {
                found.Add((input, InputDifference.Changed(input, value)));
            }
        }

        found.AddRange(before.Select(gone => new BuildInput(gone.Key.Kind, gone.Key.Name, gone.Value))
            .Select(input => (input, InputDifference.Removed(input))));
        return
        [
            .. found.OrderBy(difference => difference.Input.Kind).ThenBy(difference => difference.Input.Name, StringComparer.Ordinal)
                .Select(difference => difference.Text),
        ];
    }
}
