using System.Runtime.InteropServices;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Builds;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Reads BuildKit's progress: vertices are sent again as they progress, keyed by their digest.</summary>
internal sealed class SolveProgress(StepRecorder steps, IBuildObserver observer, string onlyStage = "stage-0")
{
    private readonly HashSet<string> _fetching = new(StringComparer.Ordinal);
    private readonly List<BuildFinding> _findings = [];
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<DateTime, TimeSpan>> _runs = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Vertex> _lookedUp = new(StringComparer.Ordinal);

    /// <summary>Gets what BuildKit found about the Dockerfile, each once, in the order it came.</summary>
    public IReadOnlyList<BuildFinding> Findings => _findings;

    public void Read(StatusResponse status)
    {
        _inputs.UnionWith(status.Vertexes.SelectMany(vertex => vertex.Inputs));
        foreach (var vertex in status.Vertexes)
        {
            steps.Name(vertex.Digest, StepName.FromBuildKit(vertex.Name, onlyStage));
            if (vertex.Started is not null)
            {
                steps.Start(vertex.Digest, IsSource(vertex));
                _lookedUp.Remove(vertex.Digest);
                FinishSources(vertex);
            }
        }

        foreach (var log in status.Logs)
        {
            steps.Write(log.Vertex, log.Msg.Span, isError: log.Stream == 2);
        }

        foreach (var part in status.Statuses)
        {
            if (part.Current > 0)
            {
                _fetching.Add(part.Vertex);
            }

            observer.On(new Transferred(steps.Shown(part.Name.Length > 0 ? part.Name : part.ID), part.Current, part.Total));
        }

        foreach (var warning in status.Warnings)
        {
            Found(warning);
        }

        // Output that came in the same message belongs before the end of its step.
        foreach (var vertex in status.Vertexes)
        {
            if (vertex.Completed is not null)
            {
                FinishSources(vertex);
                Completed(vertex);
            }
        }
    }

    /// <summary>Takes note that nothing more comes.</summary>
    public void End()
    {
        foreach (var vertex in _lookedUp.Values)
        {
            Finish(vertex);
        }

        _lookedUp.Clear();
    }

    /// <summary>
    /// A source, such as the build context or a base image, is looked up first and fetched later, if at all: it starts and ends twice
    /// under one digest. It has ended for good when a step that needs it begins.
    /// </summary>
    private void Completed(Vertex vertex)
    {
        if (vertex.Started is not null)
        {
            var (started, completed) = (vertex.Started.ToDateTime(), vertex.Completed.ToDateTime());
            (CollectionsMarshal.GetValueRefOrAddDefault(_runs, vertex.Digest, out _) ??= [])[started] = completed - started;
        }

        if (IsSource(vertex) && vertex.Error.Length == 0 && !vertex.Cached)
        {
            _lookedUp[vertex.Digest] = vertex;
        }
        else
        {
            Finish(vertex);
        }
    }

    private bool IsSource(Vertex vertex) => vertex.Inputs.Count == 0 && _inputs.Contains(vertex.Digest);

    private void FinishSources(Vertex user)
    {
        foreach (var input in user.Inputs)
        {
            if (_lookedUp.Remove(input, out var source))
            {
                Finish(source);
            }
        }
    }

    private void Finish(Vertex vertex)
    {
        var cached = vertex.Cached || IsBaseAtHand(vertex);
        var spent = cached || !_runs.TryGetValue(vertex.Digest, out var runs)
            ? TimeSpan.Zero
            : runs.Values.Aggregate(TimeSpan.Zero, (sum, run) => sum + run);
        var error = vertex.Error.Length == 0 || CacheEvent(vertex) is not null ? null : vertex.Error;
        steps.Finish(vertex.Digest, cached, spent, error);
        if (CacheEvent(vertex) is { } said)
        {
            observer.On(said);
        }
    }

    /// <summary>
    /// A cache outside the engine that can't be read or written is a step with an error, and the build goes on. One that isn't there is
    /// what the first build finds.
    /// </summary>
    private BuildEvent? CacheEvent(Vertex vertex)
    {
        const string Import = "importing cache manifest from ";
        const string Export = "exporting cache";
        var isImport = vertex.Name.StartsWith(Import, StringComparison.Ordinal);
        return vertex.Error.Length == 0 || !(isImport || vertex.Name.StartsWith(Export, StringComparison.Ordinal)) ? null
            : !isImport ? new BuildWarning($"The cache was not written ({steps.Shown(vertex.Name)}): {steps.Shown(vertex.Error)}")
            : vertex.Error.Contains("not found", StringComparison.OrdinalIgnoreCase)
            ? new BuildNote($"There is no cache at {steps.Shown(vertex.Name[Import.Length..])} yet.")
            : new BuildWarning($"The cache at {steps.Shown(vertex.Name[Import.Length..])} can't be read: {steps.Shown(vertex.Error)}");
    }

    /// <summary>A finding comes with every step that it concerns.</summary>
    private void Found(VertexWarning warning)
    {
        const string PlaceMark = " (line ";
        var text = steps.Shown(warning.Short.ToStringUtf8());
        var place = text.LastIndexOf(PlaceMark, StringComparison.Ordinal);
        var said = place > 0 ? text[..place] : text;
        var colon = said.IndexOf(": ", StringComparison.Ordinal);
        var rule = colon > 0 && !said[..colon].Contains(' ', StringComparison.Ordinal) ? said[..colon] : "";
        var lines = warning.Ranges.SelectMany(range => new[] { range.Start?.Line ?? 0, range.End?.Line ?? 0 })
            .Where(line => line > 0)
            .ToList();
        var finding = new BuildFinding(rule, rule.Length > 0 ? said[(colon + 2)..] : said)
        {
            Address = Uri.TryCreate(warning.Url, UriKind.Absolute, out var address) ? address : null,
            FirstLine = lines.Count == 0 ? null : lines.Min(),
            LastLine = lines.Count == 0 ? null : lines.Max(),
        };
        if (!_findings.Contains(finding))
        {
            _findings.Add(finding);
            observer.On(new BuildWarning(finding.ToString()));
        }
    }

    /// <summary>BuildKit never calls a base image cached that the engine itself holds, though nothing is fetched for it.</summary>
    private bool IsBaseAtHand(Vertex vertex) =>
        vertex.Error.Length == 0
            && !_fetching.Contains(vertex.Digest)
            && StepName.FromBuildKit(vertex.Name) is { IsInstruction: true } name
            && name.Instruction.StartsWith("FROM ", StringComparison.Ordinal);
}
