namespace Cake.MultiStage.Building;

/// <summary>
/// How the cache of GitHub Actions is reached, read from the variables as buildx reads them (docker/buildx, <c>util/buildflags</c>).
/// </summary>
internal sealed class GitHubRuntime
{
    private const string TokenName = "ACTIONS_RUNTIME_TOKEN";
    private const string ResultsName = "ACTIONS_RESULTS_URL";
    private const string SecondName = "ACTIONS_CACHE_SERVICE_V2";

    private GitHubRuntime()
    {
    }

    /// <summary>Gets the token, which is a secret; empty where there is none.</summary>
    public string Token { get; private init; } = "";

    /// <summary>Gets the address of the service of old.</summary>
    public string? Address { get; private init; }

    /// <summary>Gets the address of the service that took its place in 2025, where the run has that one.</summary>
    public string? SecondAddress { get; private init; }

    /// <summary>Gets a value indicating whether this is a run of GitHub Actions.</summary>
    public bool IsOnGitHub { get; private init; }

    /// <summary>Gets why the cache can't be used, and what to do; <see langword="null"/> where it can.</summary>
    public string? Problem => Token.Length > 0 && (Address ?? SecondAddress) is not null ? null
        : IsOnGitHub ? $"The cache of GitHub Actions isn't used: {TokenName} or {ResultsName} isn't in the environment. GitHub gives them "
            + $"to actions alone; a step of 'actions/github-script' before this one hands them over, by core.exportVariable('{TokenName}', "
            + $"process.env.{TokenName}) and the same for {ResultsName} and {SecondName}."
        : "The cache of GitHub Actions isn't used: this is not a run of GitHub Actions.";

    public static GitHubRuntime Read(Func<string, string?> environmentVariable)
    {
        string? Variable(string name) => environmentVariable(name) is { Length: > 0 } value ? value : null;

        var results = Variable(ResultsName);
        return new GitHubRuntime
        {
            Token = Variable(TokenName) ?? "",
            Address = Variable("ACTIONS_CACHE_URL") ?? results,
            SecondAddress = Variable(SecondName) is "1" or "t" or "T" or "true" or "TRUE" or "True" ? results : null,
            IsOnGitHub = Variable("GITHUB_ACTIONS") == "true",
        };
    }
}
