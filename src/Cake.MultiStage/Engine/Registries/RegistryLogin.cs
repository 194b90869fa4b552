namespace Cake.MultiStage.Engine.Registries;

/// <summary>A login to a registry.</summary>
/// <param name="Username">The user; empty for an identity token.</param>
/// <param name="Secret">The password, access token or identity token.</param>
public sealed record RegistryLogin(string Username, string Secret)
{
    /// <summary>Gets a value indicating whether <see cref="Secret"/> is an identity token, which a registry's token server takes in place of a password.</summary>
    public bool IsIdentityToken => Username.Length == 0;

    /// <summary>Returns who logs in, without the secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsIdentityToken ? "an identity token" : $"user '{Username}'";
}
