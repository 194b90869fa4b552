using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Aliases;

/// <summary>What the settings say of what steps get.</summary>
internal static class StepRequest
{
    /// <exception cref="MultiStageException">A name, an address, a limit, a size or a permission is not one.</exception>
    public static StepOptions Of(MultiStageBuildSettings settings) => new()
    {
        Hosts = settings.Hosts.ToDictionary(host => Name(host.Key), host => Address(host.Key, host.Value), StringComparer.Ordinal),
        Limits = [.. settings.Ulimits.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit => ResourceLimit.Parse(limit.Key,
            limit.Value))],
        SharedMemory = settings.ShmSize is { } text ? Size(text) : null,
        Allowed = [.. settings.Allow.Select(Allowed).Distinct(StringComparer.Ordinal)],
    };

    private static string Name(string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') ? name
            : throw new MultiStageException(
                $"'{LogText.Clean(name)}' in Hosts is not a valid name of a host: letters, digits, '.', '-' and '_' make one.");

    private static string Address(string name, string address) =>
        address == StepOptions.HostGateway || IPAddress.TryParse(address, out _) ? address
            : throw new MultiStageException(
                $"'{LogText.Clean(address ?? "")}' is not a valid address of the host '{name}': expected one of IP, as in "
                    + $"build.Hosts[\"{name}\"] = \"10.0.0.5\", or \"{StepOptions.HostGateway}\" for the host of the engine.");

    private static ByteSize Size(string text) => ByteSize.Parse(text) is { Bytes: > 0 } size ? size
        : throw new MultiStageException("ShmSize is 0, and the shared memory of a step is larger. Leave it out for the builder's own.");

    private static string Allowed(string text) =>
        text is StepOptions.HostNetwork or StepOptions.Insecure or StepOptions.Device
            || (text.StartsWith(StepOptions.Device + "=", StringComparison.Ordinal) && text.Length > StepOptions.Device.Length + 1) ? text
            : throw new MultiStageException(
                $"'{LogText.Clean(text)}' in Allow is nothing that steps can be allowed. Known are {StepOptions.HostNetwork}, "
                    + $"{StepOptions.Insecure}, {StepOptions.Device}, and for one alone {StepOptions.Device}=NAME.");
}
