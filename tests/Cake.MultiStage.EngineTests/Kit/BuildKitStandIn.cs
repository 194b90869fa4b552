using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// A BuildKit of its own, as far as an engine has one within: no daemon of BuildKit's is packaged. Its socket speaks HTTP/2 from the first
/// octet; by TCP it wants TLS with certificates of both sides; and a program stands for <c>podman exec … buildctl dial-stdio</c>.
/// </summary>
internal sealed class BuildKitStandIn : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("buildkit-").FullName;
    private readonly SessionlessProxy _proxy;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private readonly string? _path;

    public BuildKitStandIn(string engine)
    {
        _proxy = new SessionlessProxy(engine);
        using var authority = RSA.Create(2048);
        var named = new CertificateRequest("CN=test authority", authority, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        named.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var root = named.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _certificate = Sign(root, "localhost");
        using var client = Sign(root, "client");
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _listener.Start();
        _accepting = AcceptAsync();
        _path = Environment.GetEnvironmentVariable("PATH");
        var program = Path.Combine(_folder, "podman");
        File.WriteAllText(program, $$"""
            #!/usr/bin/perl
            # Only the arguments of buildctl's link are known: exec --interactive buildkitd buildctl dial-stdio
            use IO::Socket::UNIX;
            "@ARGV" eq "exec --interactive buildkitd buildctl dial-stdio" or die "Error: no container with name or ID found: @ARGV\n";
            my $s = IO::Socket::UNIX->new(Peer => "{{new Uri(_proxy.Host).LocalPath}}") or die "Error: container state improper\n";
            sub pump { my ($from, $to) = @_; my $b; while (sysread($from, $b, 65536)) { my $n = 0;
                while ($n < length $b) { $n += syswrite($to, $b, length($b) - $n, $n) // exit } } }
            if (my $child = fork) { pump(STDIN, $s); shutdown($s, 1); waitpid $child, 0 } else { pump($s, STDOUT); exit }
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Programs are found along PATH alone; nothing else of these tests is called podman.
        Environment.SetEnvironmentVariable("PATH", $"{_folder}:{_path}");
    }

    /// <summary>Gets its socket.</summary>
    public string Socket => _proxy.Host;

    /// <summary>Gets its address by TCP, which wants <see cref="Certificates"/>.</summary>
    public string Tcp => FormattableString.Invariant($"tcp://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets the folder of the certificates.</summary>
    public string Certificates => _folder;

    /// <summary>Gets the container that it seems to be in.</summary>
    public string Container => "podman-container://buildkitd";

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        await _proxy.DisposeAsync();
        _listener.Dispose();
        _stop.Dispose();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Sign(X509Certificate2 root, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            root,
            new DateTimeOffset(root.NotBefore),
            new DateTimeOffset(root.NotAfter),
            [.. Guid.NewGuid().ToByteArray().Select(octet => (byte)(octet & 0x7f))]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await TestContext.Out.WriteLineAsync("The stand-in stops.");
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await using var tls = new SslStream(near.GetStream());
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateRequired = true,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Issuer == "CN=test authority",
                },
                _stop.Token);
            await far.ConnectAsync(new UnixDomainSocketEndPoint(new Uri(_proxy.Host).LocalPath), _stop.Token);
            await using var stream = new NetworkStream(far);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(tls.CopyToAsync(stream, end.Token), stream.CopyToAsync(tls, end.Token));
            await end.CancelAsync();
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or SocketException or AuthenticationException)
        {
            // One side has hung up, or the test is over.
            return;
        }
    }
}
