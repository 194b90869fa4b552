using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.CacheMounts;

/// <summary>
/// Dockerfiles that look into cache mounts, fill them and bring out what they hold: nothing but a step can reach them. Each mount is
/// handled in its own image, by what every image with a shell has, and leaves what it has to say in a folder of its own.
/// </summary>
internal static class CacheMountSteps
{
    /// <summary>What a mount that holds nothing is told as.</summary>
    public const string Empty = "empty";

    /// <summary>The file that a mount's state is told in.</summary>
    public const string State = "state";

    /// <summary>The file that a mount's content is brought out in.</summary>
    public const string Archive = "content.tar";

    /// <summary>The file that the size of a mount is told in that is too large, in KB.</summary>
    public const string TooLarge = "large";

    private const string Out = "/multistage-out";

    // A mount that somebody was filling when the engine died holds half of what it should.
    private const string Marker = ".multistage-partial";
    private const string Emptied = "find . -mindepth 1 -delete";

    // Names and sizes: times move without a change, and what is in a cache is mostly named by its content.
    private const string Told = "if [ -z \"$(ls -A)\" ]; then echo " + Empty + "; else find . -type f -exec ls -ln {} + "
        + "| awk '{ $1=$2=$3=$4=$6=$7=$8=\"\"; print }' | LC_ALL=C sort | sha256sum | cut -c1-12; fi";

    /// <summary>Makes what looks into mounts.</summary>
    public static Dockerfile Look(IReadOnlyList<CacheMount> mounts) => Of(mounts,
        (_, place) => $"{{ [ ! -e {Marker} ] || {Emptied}; }} && {{ {Told}; }} > {place}/{State}", _ => []);

    /// <summary>Makes what fills mounts that are empty from archives in the build context.</summary>
    /// <param name="mounts">The mounts.</param>
    /// <param name="files">The name of each mount's archive.</param>
    public static Dockerfile Fill(IReadOnlyList<CacheMount> mounts, IReadOnlyList<string> files) => Of(mounts,
        (number, place) => $"if [ -z \"$(ls -A)\" ]; then touch {Marker} && if tar xf {In(number)}; then rm -f {Marker} && "
            + $"echo filled > {place}/{State}; else {Emptied}; fi; fi",
        number => [RunMount.Bind(files[number], In(number))]);

    /// <summary>Makes what brings out the mounts that hold something else than what is kept.</summary>
    /// <param name="mounts">The mounts.</param>
    /// <param name="known">What is kept of each.</param>
    /// <param name="largest">How large a mount may be that is brought out, in bytes.</param>
    public static Dockerfile Keep(IReadOnlyList<CacheMount> mounts, IReadOnlyList<string> known, long largest) => Of(mounts,
        (number, place) => string.Create(CultureInfo.InvariantCulture,
            $"{{ {Told}; }} > {place}/{State} && state=$(cat {place}/{State}) "
                + $"&& if [ $state != {Empty} ] && [ $state != {known[number]} ]; then "
                + $"if [ $(du -sk . | cut -f1) -gt {largest / 1024} ]; then du -sk . | cut -f1 > {place}/{TooLarge}; "
                + $"else tar cf {place}/{Archive} . || rm -f {place}/{Archive}; fi; fi"),
        _ => []);

    private static string In(int number) => string.Create(CultureInfo.InvariantCulture, $"/multistage-in/{number}.tar");

    private static Dockerfile Of(
        IReadOnlyList<CacheMount> mounts, Func<int, string, string> script, Func<int, IReadOnlyList<RunMount>> more)
    {
        // What a step finds in a mount is no matter of its own cache, and without a cache its mounts would be new ones.
        var run = Guid.NewGuid().ToString("N");
        List<Stage> stages = [];
        var last = Stage.From(StageBase.Scratch).Named("kept");
        foreach (var (index, image) in mounts.Select(mount => mount.Image).Distinct(StringComparer.Ordinal).Index())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"mounts-{index}");
            var stage = Stage.From(image).Named(name).User("0:0");
            foreach (var (mount, number) in mounts.Select((mount, number) => (mount, number)).Where(mount => mount.mount.Image == image))
            {
                var (at, place) = (string.Create(CultureInfo.InvariantCulture, $"/multistage-mounts/{number}"),
                    string.Create(CultureInfo.InvariantCulture, $"{Out}/{number}"));
                // What fails has nothing to say, and keeps no other mount from it.
                stage = stage.Run(
                    $": {run} && mkdir -p {place} && cd {at} && {{ {script(number, place)}; }} || true",
                    [mount.Mount with { Target = at }, .. more(number)]);
            }

            stages.Add(stage);
            last = last.CopyFrom(name, Out + "/", "/");
        }

        return Dockerfile.Create([], [.. stages, last]);
    }
}
