using Cake.MultiStage.Building;
using Cake.MultiStage.Checking.Imports;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Checking.Starting;
using Cake.MultiStage.Checking.Testing;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Checking;

/// <summary>Looks at a measured image by all rules that are not switched off.</summary>
/// <param name="connection">
/// The engine that has the image: files that decide whether it starts are read from there. <see langword="null"/> where the image lies
/// elsewhere.
/// </param>
internal sealed class ImageChecker(EngineConnection? connection)
{
    /// <summary>Gets all rules, in the order in which their findings are told.</summary>
    public static IReadOnlyList<CheckRule> Rules { get; } =
    [
        new ProgramExists(), new ProgramIsExecutable(), new ProgramIsForPlatform(), new LoaderExists(), new LibrariesExist(),
        new ScriptInterpreterExists(), new ArgumentFileExists(), new ArgumentFileIsReadable(), new DotNetRuntimeExists(),
        new JavaRuntimeExists(), new UserExists(), new WorkingFolderIsFolder(), new HealthCheckExists(), new ImportsExist(),
        new SiteIsItsOwn(), new IcuExists(), new CertificatesExist(), new TimeZonesExist(), new ResolverExists(),
        new TemporaryFolderExists(), new WritableFoldersAreWritable(), new NamedLibrariesExist(), new BaseIsSupported(), new BaseIsNewest(),
        new NoSecretFiles(), new NoSecretText(), new NoSecretVariables(), new NotRoot(), new NoSetUserId(), new NotWorldWritable(),
        new NoShell(), new CommandIsList(), new InstructionIsSetOnce(), new NoSecretArguments(), new VariablesAreSet(), new BaseHasTag(),
        new BaseHasDefault(), new PlatformIsNotRedundant(), new PlatformIsNotConstant(), new MaintainerIsLabel(),
        new StageNameIsSmall(), new AsIsLikeFrom(), new KeywordsAreAlike(), new NoBlankContinuation(), new StageNamesDiffer(),
        new StageNameIsFree(), new BaseArgumentsAreDeclared(), new WorkdirIsAbsolute(), new ValuesHaveEquals(), new ProtocolIsSmall(),
        new PortIsPort(), new LittleWaste(), new NoRepeatedContent(), new NoLeftovers(), new NoToolchain(), new NoDuplicates(),
        new NoForeignNatives(), new LicensesAreAllowed(), new LicensesAreKnown(),
        new LookedAtWhole(),
    ];

    /// <summary>Gets the ids of all checks.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [.. Rules.Select(rule => rule.Id), .. DockerChecks.Ids, StartJudge.Id, ImageTester.Id];

    /// <exception cref="MultiStageException">There is no rule of an id.</exception>
    public static void RequireKnown(IEnumerable<string> ids)
    {
        if (ids.FirstOrDefault(id => !Ids.Contains(id, StringComparer.Ordinal)) is { } unknown)
        {
            throw new MultiStageException($"There is no check '{unknown}'. There are: {string.Join(", ", Ids)}.");
        }
    }

    /// <param name="measured">The measurement.</param>
    /// <param name="options">What is looked at, and how findings count.</param>
    /// <param name="cancellationToken">Stops checking.</param>
    /// <exception cref="MultiStageException">There is no rule of an id.</exception>
    public async Task<CheckResult> CheckAsync(MeasuredImage measured, CheckOptions options, CancellationToken cancellationToken)
    {
        var (skip, levels, start) = (options.Skip, options.Levels, options.Start);
        var scanners = new ScannerFindings(measured);
        List<Finding> scanned = [];
        foreach (var file in options.Sarif)
        {
            scanned.AddRange(await scanners.ReadAsync(file, cancellationToken));
        }

        // What a scanner may find is known to it alone; its ids begin with its name.
        RequireKnown(skip.Concat(levels.Keys).Where(id => !scanners.MayName(id)));
        var settings = ImageSettings.Read(measured.Configuration);
        await using var files = connection is null ? null
            : await ContainerFiles.OpenAsync(connection, measured.Image.Id, cancellationToken);
        await using var outside = measured.Outside is { } elsewhere ? new OutsideFileAccess(measured, elsewhere) : null;
        var reader = new ProgramReader(
            files is not null ? new ImageFileAccess(connection!, files).ReadAsync
            : outside is not null ? outside.ReadAsync
            : throw new MultiStageException($"{measured.Image} can't be checked: neither an engine nor another place has it."));
        var programs = await new ProgramFollower(measured.Files, settings, reader).FollowAsync(cancellationToken);
        var image = new CheckedImage(measured, settings, programs) 
        {
            Licenses = options.Licenses, BaseTags = options.BaseTags, CancellationToken = cancellationToken,
        };
        image = image with { Evidence = await new EvidenceReader(image, reader).ReadAsync(cancellationToken) };
        var (proof, unproved) = start is null || skip.Contains(StartJudge.Id, StringComparer.Ordinal)
            ? (null, null)
            : connection is null ? (null, NotStarted(measured))
            : await new StartProver(connection).ProveAsync(measured, start, cancellationToken);
        List<ImageTestResult> tests = skip.Contains(ImageTester.Id, StringComparer.Ordinal) ? []
            : [.. await ImageTester.RunAsync(
                options.Tests, new TestedImage(measured, settings, reader, connection), cancellationToken)];
        var ours = Rules.Where(rule => !skip.Contains(rule.Id, StringComparer.Ordinal)).Heeding(cancellationToken)
            .SelectMany(rule => rule.Check(image));
        var record = measured.Image.Record;
        List<BuildFinding> theirs = [.. (record?.Findings
            ?? []).Where(finding => !skip.Contains(DockerChecks.IdOf(finding.Rule), StringComparer.Ordinal))];
        var findings = DockerfileFix.With(FindingMerger.Merge(DockerChecks.With(theirs, ours, record?.Dockerfile)), record?.Dockerfile)
            .Concat(unproved is null ? [] : [unproved])
            .Concat(ImageTester.Findings(tests))
            .Concat(scanned.Where(finding => !skip.Contains(finding.Rule, StringComparer.Ordinal)))
            .Select(finding => levels.TryGetValue(finding.Rule, out var level) ? finding with { Level = level } : finding);
        return new CheckResult(measured.Image.ToString(), [.. findings.OrderByDescending(finding => finding.Level)])
        {
            Start = proof,
            Tests = tests,
            Savings = new SavingFinder(image).Find(),
            Needed = NeededFiles.Of(image),
        };
    }

    private static Finding NotStarted(MeasuredImage measured) => new(
        StartJudge.Id,
        FindingLevel.Note,
        $"The image was not started: it lies at {measured.Image.Place}, and only an engine can start it.",
        "Bring it into an engine ('docker pull', 'docker load') and check it there, or leave the start out: check.Start = null.");
}
