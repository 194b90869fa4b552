using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cake.MultiStage.Building;
using Docker.DotNet.Handler.Abstractions;

namespace Cake.MultiStage.Engine;

/// <summary>The TLS of a connection to an engine: who we are, and whom we take the engine for.</summary>
internal sealed class EngineCredentials : IAuthProvider
{
    private readonly X509Certificate2? _certificate;
    private readonly RemoteCertificateValidationCallback? _validation;

    private EngineCredentials(X509Certificate2? certificate, RemoteCertificateValidationCallback? validation) =>
        (_certificate, _validation) = (certificate, validation);

    public bool TlsEnabled => true;

    /// <summary>Reads the TLS files of an endpoint.</summary>
    /// <exception cref="EngineException">A file can't be read.</exception>
    public static IAuthProvider Of(EngineEndpoint endpoint)
    {
        if (endpoint.Tls is not { } tls)
        {
            return NoopAuthProvider.Instance;
        }

        try
        {
            return new EngineCredentials(
                tls is { Certificate: { } file, Key: { } key } ? Load(file, key) : null,
                tls switch
                {
                    // What DOCKER_CERT_PATH without DOCKER_TLS_VERIFY asks for.
#pragma warning disable CA5359
                    { Verify: false } => (_, _, _, _) => true,
#pragma warning restore CA5359
                    { CertificateAuthority: { } authority } => VerifyAgainst(authority),
                    _ => null,
                });
        }
        catch (Exception exception) when (exception is IOException or CryptographicException)
        {
            throw new EngineException($"The TLS files for {endpoint} can't be read: {exception.Message}", endpoint, exception);
        }
    }

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        var options = ((SocketsHttpHandler)handler).SslOptions;
        options.ClientCertificates = _certificate is null ? [] : [_certificate];
        options.RemoteCertificateValidationCallback = _validation;
        return handler;
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return loaded;
        }

        // Windows' TLS takes no key that is in memory alone.
        using (loaded)
        {
            return X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static RemoteCertificateValidationCallback VerifyAgainst(string authorityFile)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityFile);
        if (authorities.Count == 0)
        {
            authorities.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        }

        // The authority alone is not enough: a certificate of another host must not pass, and neither must one for clients, which
        // everyone who may use the engine has.
        return (_, certificate, chain, errors) => !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            && certificate is X509Certificate2 known && IsForServers(known) && IsOf(authorities, known, chain);
    }

    private static bool IsOf(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var element in sent?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    /// <summary>RFC 5280, section 4.2.1.12: a certificate that says what it is for is for nothing else.</summary>
    private static bool IsForServers(X509Certificate2 certificate)
    {
        const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
        const string Anything = "2.5.29.37.0";
        return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .All(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(purpose => purpose.Value is ServerAuthentication or Anything));
    }
}
