namespace Cake.MultiStage.Registries;

/// <summary>Credentials for a registry.</summary>
/// <param name="Username">The user; empty for an identity token.</param>
/// <param name="Secret">The password, access token or identity token.</param>
public sealed record RegistryCredentials(string Username, string Secret)
{
    /// <summary>
    /// Gets a value indicating whether <see cref="Secret"/> is an identity token, which a registry's token server takes in place of a
    /// password.
    /// </summary>
    public bool IsIdentityToken => Username.Length == 0;

    /// <summary>Makes credentials whose password or access token is in an environment variable of the build script's process.</summary>
    /// <param name="username">The user.</param>
    /// <param name="variable">The variable's name.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="MultiStageException">The variable is not set, or empty.</exception>
    public static RegistryCredentials FromEnvironment(string username, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } secret ? new RegistryCredentials(username, secret)
        : throw new MultiStageException(
            $"The password of the user '{username}' comes from the environment variable '{variable}', which is not set or "
                + "empty. Set it, or log in with 'docker login'.");

    /// <summary>Returns who logs in, without the secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsIdentityToken ? "an identity token" : $"user '{Username}'";
}
