using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Builds by the legacy builder, <c>POST /build?version=1</c>: one instruction after the other, no RUN flags.</summary>
internal sealed class LegacyBuilder(EngineConnection connection) : IImageBuilder
{
    private const string What = "The build";

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        var dockerfile = request.Dockerfile.ForLegacyBuilder().Render(request.Target, request.BuildArguments);
        var output = new LegacyOutput(dockerfile, new StepRecorder(observer, SecretArguments.MaskOf(request)), Stopwatch.GetTimestamp);
        var credentials = await RegistryConfigAsync(request, cancellationToken);
        using var content = new ContextContent(context, dockerfile.Text, new ContextProgress(observer, TimeProvider.System));
        List<Digest> ids = [];
        try
        {
            using var response = await connection.SendAsync(HttpMethod.Post, BuildQuery.Of(request), content, What, cancellationToken,
                headers => headers.Add("X-Registry-Config", credentials));
            await foreach (var message in JsonLines.ReadAsync(response, connection, What, cancellationToken))
            {
                if (JsonLines.ErrorOf(message) is { } error)
                {
                    throw output.Failure(error);
                }

                if (message.TryGetProperty("stream", out var stream))
                {
                    output.Read(stream.GetString() ?? "");
                }
                else if (message.TryGetProperty("aux", out var aux)
                    && aux.ValueKind == JsonValueKind.Object
                    && aux.TryGetProperty("ID", out var identifier))
                {
                    ids.Add(Digest.Parse(identifier.GetString() ?? ""));
                }
            }
        }
        catch (EngineException) when (content.ReadError is not null)
        {
            throw content.ReadError;
        }
        catch (EngineException exception) when (exception.Refusal is { } reason && BuildFailure.IsInDockerfile(reason))
        {
            // A Dockerfile that can't be parsed is refused before the first step.
            throw BuildFailure.Of(dockerfile, step: null, [], reason);
        }

        output.End();
        return ids.Count == 0
            ? throw new EngineException(
                $"{What} failed: the engine at {connection.Endpoint} ended its answer without an image. It may have stopped; look at its "
                    + "log, then run the build again.", connection.Endpoint)
                        : new BuildResult(ids[^1], output.Steps)
                            { Stages = request.StageSizes ? await LookAsync(request.BuiltStages(), ids, cancellationToken) : [] };
    }

    /// <summary>
    /// Looks at the images that the stages became; the builder tells their ids in the order of the stages, and keeps them.
    /// </summary>
    private async Task<IReadOnlyList<BuiltStage>> LookAsync(IReadOnlyList<BuiltStage> stages, List<Digest> ids,
        CancellationToken cancellationToken)
    {
        List<BuiltStage> looked = [];
        foreach (var (stage, id) in stages.Count == ids.Count ? stages.Zip(ids).SkipLast(1) : [])
        {
            if (await new EngineImages(connection).FindAsync(id.ToString(), cancellationToken) is { } image)
            {
                looked.Add(await new ImageLayers(connection).FillAsync(stage with { Id = id }, image, cancellationToken));
            }
        }

        return looked;
    }

    /// <summary>The credentials the build may need, as the Engine API takes them: by registry, in base64 that is safe in a URL.</summary>
    private async Task<string> RegistryConfigAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var registry in request.Dockerfile.ImageBases(request.BuildArguments)
            .Select(text => ImageReference.Parse(text).Registry)
            .Distinct(StringComparer.Ordinal))
        {
            if (await connection.Keyring.FindAsync(registry, cancellationToken) is { } credentials)
            {
                known[registry == "docker.io" ? "https://index.docker.io/v1/" : registry] = new { username = credentials.Username,
                    password = credentials.IsIdentityToken ? "" : credentials.Secret,
                        identitytoken = credentials.IsIdentityToken ? credentials.Secret : "" };
            }
        }

        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(known)).Replace('+', '-').Replace('/', '_');
    }
}

/// <summary>Reads what the legacy builder prints: <c>Step 3/7 : …</c>, <c> ---&gt; Using cache</c>, and the steps' own output.</summary>
internal sealed partial class LegacyOutput(DockerfileText dockerfile, StepRecorder steps, Func<long> clock)
{
    // More than a step's line shows; the rest of an endless one is passed over.
    private const int LongestLine = 64 * 1024;

    private readonly StringBuilder _line = new();
    private IReadOnlyList<string> _tail = [];
    private bool _isError;
    private string? _current;
    private StepName? _name;
    private bool _cached;
    private long _started;

    public IReadOnlyList<BuildStep> Steps => steps.Finished;

    public void Read(string message)
    {
        var (text, isError) = Uncoloured(message);
        if (_line.Length > 0 && isError != _isError)
        {
            EndLine();
        }

        _isError = isError;
        if (_line.Length > 0 && text.Length > 0 && (Chatter().IsMatch(text) || StepLine().IsMatch(text.TrimEnd('\n'))))
        {
            // The step's output did not end its last line.
            EndLine();
        }

        foreach (var character in text)
        {
            if (character == '\n')
            {
                EndLine();
            }
            else if (_line.Length < LongestLine)
            {
                _line.Append(character);
            }
        }
    }

    public void End() => Finish(error: null);

    public BuildFailedException Failure(string error)
    {
        if (_line.Length > 0)
        {
            EndLine();
        }

        Finish(error);
        return BuildFailure.Of(dockerfile, _name, _tail, steps.Shown(error));
    }

    /// <summary>Takes off the red that the engine puts around each message of standard error (moby, <c>pkg/streamformatter</c>).</summary>
    private static (string Text, bool IsError) Uncoloured(string message)
    {
        const string Red = "\e[91m";
        const string Reset = "\e[0m";
        return message.StartsWith(Red, StringComparison.Ordinal) && message.EndsWith(Reset, StringComparison.Ordinal)
            ? (message[Red.Length..^Reset.Length], true)
            : (message, false);
    }

    private void EndLine()
    {
        // A carriage return takes the cursor back: what is left standing on the line comes after the last one.
        var line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        Line(line[(line.LastIndexOf('\r') + 1)..]);
    }

    private void Line(string line)
    {
        var step = StepLine().Match(line);
        if (step.Success)
        {
            Finish(error: null);
            var number = int.Parse(step.Groups["number"].Value, CultureInfo.InvariantCulture);
            _current = step.Groups["number"].Value;
            _name = Named(number, step.Groups["text"].Value);
            (_cached, _started) = (false, clock());
            _tail = [];
            steps.Name(_current, _name);
            steps.Start(_current);
        }
        else if (line == " ---> Using cache")
        {
            _cached = true;
        }
        else if (_current is not null && !Chatter().IsMatch(line))
        {
            steps.Write(_current, Encoding.UTF8.GetBytes(line + "\n"), _isError);
        }
    }

    private void Finish(string? error)
    {
        if (_current is not null)
        {
            _tail = steps.Tail(_current);
            steps.Finish(_current, _cached, _cached ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_started, clock()), error);
            _current = null;
        }
    }

    /// <summary>
    /// The legacy builder numbers every instruction of the file, the arguments before the first <c>FROM</c> too; the Dockerfile says which
    /// stage each is in.
    /// </summary>
    private StepName Named(int number, string text)
    {
        var lines = dockerfile.Lines.Where(one => one.Instruction is not CommentInstruction).ToList();
        if (number > lines.Count || lines[number - 1].StageIndex < 0)
        {
            return new StepName(text, Stage: null, 0, 0, text);
        }

        var line = lines[number - 1];
        var stage = line.StageName ?? string.Create(CultureInfo.InvariantCulture, $"stage-{line.StageIndex}");
        var inStage = lines.Where(other => other.StageIndex == line.StageIndex).ToList();
        var position = inStage.IndexOf(line) + 1;
        return new StepName(string.Create(CultureInfo.InvariantCulture, $"[{stage} {position}/{inStage.Count}] {text}"), stage, position,
            inStage.Count, text, line);
    }

    [GeneratedRegex(@"\AStep (?<number>[0-9]{1,6})/[0-9]{1,6} : (?<text>.*)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();

    [GeneratedRegex(@"\A( ---> |Removing intermediate container |Successfully (built|tagged) |\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Chatter();
}
