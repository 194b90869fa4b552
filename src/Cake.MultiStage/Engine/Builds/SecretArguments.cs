using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Sessions;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Values that a build's log must not show: those of secrets, and those of arguments whose names say that they are secret.
/// The engine puts arguments' values into the names of steps.
/// </summary>
internal static partial class SecretArguments
{
    // Shorter values are words, numbers and switches.
    private const int ShortestValue = 6;

    public static SecretMask MaskOf(BuildRequest request)
    {
        var inFile = request.Dockerfile.Arguments.Concat(
            request.Dockerfile.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
            .Where(argument => argument.Default is not null)
            .Select(argument => (argument.Name, Value: argument.Default!));
        var secret = request.BuildArguments.Select(argument => (Name: argument.Key, argument.Value)).Concat(inFile)
            .Select(argument => SecretName().IsMatch(argument.Name)
                && !PublicName().IsMatch(argument.Name) ? argument.Value : PasswordOf(argument.Value))
            .Where(value => value.Length >= ShortestValue)
            .Select(value => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value)));
        return new SecretMask(request.Secrets.Values.Concat(secret));
    }

    /// <summary>Proxies and package feeds have the password in their address.</summary>
    private static string PasswordOf(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.UserInfo.Split(':', 2) is [_, var password] ? password : "";

    // BuildKit's own check (dockerfile2llb, SecretsUsedInArgOrEnv) goes by these words.
    private const string Words = "apikey|auth|credential|credentials|key|password|pword|passwd|pwd|secret|token";

    [GeneratedRegex($"(_|-|^)({Words})(_|-|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();

    [GeneratedRegex("(_|-|^)public(_|-|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PublicName();
}
