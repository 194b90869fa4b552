using System.Text;

namespace Cake.MultiStage.Images;

/// <summary>
/// Where a build gets a secret from. The value is read when the build begins, travels by the build's session alone, and
/// is neither in the Dockerfile nor in the image, its history or the build cache.
/// </summary>
public abstract class BuildSecret
{
    private protected BuildSecret()
    {
    }

    /// <summary>Takes the secret from a file, read as it is.</summary>
    /// <param name="path">The file's path; a relative one starts from the working directory.</param>
    /// <returns>The secret.</returns>
    public static BuildSecret FromFile(string path) => new FileSecret(path);

    /// <summary>Takes the secret from an environment variable of the build script's process.</summary>
    /// <param name="name">The variable's name.</param>
    /// <returns>The secret.</returns>
    public static BuildSecret FromEnvironment(string name) => new EnvironmentSecret(name);

    /// <summary>Takes a value, such as one that the script has asked another tool for.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The secret.</returns>
    public static BuildSecret FromValue(string value) => new ValueSecret(value);

    /// <summary>Reads the value.</summary>
    /// <exception cref="MultiStageException">The file or the variable is missing, or the variable is empty.</exception>
    internal abstract ReadOnlyMemory<byte> Read(string id, Func<string, string?> environment);

    private sealed class FileSecret(string path) : BuildSecret
    {
        public override string ToString() => $"file '{path}'";

        internal override ReadOnlyMemory<byte> Read(string id, Func<string, string?> environment)
        {
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new MultiStageException($"The secret '{id}' can't be read from its file: {exception.Message}", exception);
            }
        }
    }

    private sealed class EnvironmentSecret(string name) : BuildSecret
    {
        public override string ToString() => $"environment variable '{name}'";

        // CI providers hand over a secret that nobody has set as an empty variable.
        internal override ReadOnlyMemory<byte> Read(string id, Func<string, string?> environment) =>
            environment(name) is { Length: > 0 } value ? Encoding.UTF8.GetBytes(value)
            : throw new MultiStageException(
                $"The secret '{id}' comes from the environment variable '{name}', which is not set or empty. Set it, or take the secret "
                    + "from a file.");
    }

    private sealed class ValueSecret(string value) : BuildSecret
    {
        public override string ToString() => "a value";

        internal override ReadOnlyMemory<byte> Read(string id, Func<string, string?> environment) => Encoding.UTF8.GetBytes(value);
    }
}
