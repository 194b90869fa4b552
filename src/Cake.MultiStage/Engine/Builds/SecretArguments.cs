using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Sessions;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Values that a build's log must not show: those of secrets, and those of arguments whose names say that they are secret.
/// The engine puts arguments' values into the names of steps.
/// </summary>
internal static class SecretArguments
{
    // Shorter values are words, numbers and switches.
    private const int ShortestValue = 6;

    public static SecretMask MaskOf(BuildRequest request)
    {
        var inFile = DefaultsIn(request.Dockerfile).Select(argument => (argument.Name, Value: argument.Default!));
        var secret = request.BuildArguments.Select(argument => (Name: argument.Key, argument.Value)).Concat(inFile)
            .Select(argument => SecretOf(argument.Name, argument.Value))
            .Where(value => value.Length > 0)
            .Select(value => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value)));
        var tokens = request.CacheFrom.Concat(request.CacheTo).OfType<GitHubCache>()
            .Select(cache => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(cache.Runtime?.Token ?? "")))
            .Where(token => token.Length > 0);
        return new SecretMask(request.Secrets.Values.Concat(secret).Concat(tokens));
    }

    /// <summary>Lists the arguments whose values, or defaults in the Dockerfile, look like secrets.</summary>
    public static IReadOnlyList<string> NamesIn(BuildRequest request) =>
    [
        .. request.BuildArguments.Select(argument => (Name: argument.Key, argument.Value))
            .Concat(DefaultsIn(request.Dockerfile).Select(argument => (argument.Name, Value: argument.Default!)))
            .Where(argument => SecretOf(argument.Name, argument.Value).Length > 0)
            .Select(argument => argument.Name)
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Masks what looks like a secret among a record's build arguments and the defaults that its Dockerfile gives them, and notes which
    /// they were.
    /// </summary>
    public static BuildRecord Masked(BuildRecord record)
    {
        var secrets = record.BuildArguments.ToDictionary(argument => argument.Key, argument => SecretOf(argument.Key, argument.Value),
            StringComparer.Ordinal);
        List<(ArgInstruction Argument, string Secret)> defaults = [.. DefaultsIn(record.Dockerfile)
            .Select(argument => (argument, SecretOf(argument.Name, argument.Default!))).Where(found => found.Item2.Length > 0)];
        return record with
        {
            Dockerfile = defaults.Count == 0 ? record.Dockerfile : Masked(record.Dockerfile, defaults),
            BuildArguments = record.BuildArguments.ToDictionary(
                argument => argument.Key,
                argument => secrets[argument.Key] is { Length: > 0 } secret
                    ? argument.Value.Replace(secret, SecretMask.Replacement, StringComparison.Ordinal)
                    : argument.Value,
                StringComparer.Ordinal),
            Asked = record.Asked! with
            {
                Masked = [.. secrets.Where(secret => secret.Value.Length > 0).Select(secret => secret.Key)
                    .Union(defaults.Select(found => found.Argument.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
        };
    }

    /// <summary>Masks defaults, in the text too that the file was read from.</summary>
    private static Dockerfile Masked(Dockerfile file, IReadOnlyList<(ArgInstruction Argument, string Secret)> defaults)
    {
        var masked = new Dictionary<object, Instruction>(ReferenceEqualityComparer.Instance);
        foreach (var (argument, _) in defaults)
        {
            masked[argument] = argument with { Default = Hidden(argument.Default!) };
        }

        return file with
        {
            Arguments = [.. file.Arguments.Select(Of).Cast<ArgInstruction>()],
            Stages = [.. file.Stages.Select(stage => stage with { Instructions = [.. stage.Instructions.Select(Of)] })],
            Source = file.Source is not { } source ? null : source with
            {
                Lines = [.. source.Lines.Select(Hidden)],
                Pieces = [.. source.Pieces.Select(piece =>
                    piece with { Instructions = [.. piece.Instructions.Select(Of)], Text = Hidden(piece.Text) })],
            },
        };

        Instruction Of(Instruction instruction) => masked.GetValueOrDefault(instruction) ?? instruction;

        string Hidden(string text) => defaults.Aggregate(
            text, (rest, found) => rest.Replace(found.Secret, SecretMask.Replacement, StringComparison.Ordinal));
    }

    private static IEnumerable<ArgInstruction> DefaultsIn(Dockerfile file) =>
        file.Arguments.Concat(file.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
            .Where(argument => argument.Default is not null);

    /// <summary>Gets the part of a value that is secret; nothing where none of it is.</summary>
    private static string SecretOf(string name, string value)
    {
        // A name that ends in FILE may yet be given what is in the file.
        var secret = SecretName.IsLikely(name) || (SecretName.HasWord(name) && !IsPathOrVersion(value)) ? value : PasswordOf(value);
        return secret.Length >= ShortestValue ? secret : "";
    }

    private static bool IsPathOrVersion(string value) =>
        !value.Contains('\n', StringComparison.Ordinal)
            && (value.StartsWith('/') || value.StartsWith("./", StringComparison.Ordinal)
                || (value.Length <= 20 && char.IsAsciiDigit(value.TrimStart('v').FirstOrDefault())));

    /// <summary>Proxies and package feeds have the password in their address.</summary>
    private static string PasswordOf(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.UserInfo.Split(':', 2) is [_, var password] ? password : "";
}
