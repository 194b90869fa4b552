using Cake.MultiStage.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>Real helper programs, which are shell scripts on the PATH here.</summary>
[Platform("Linux,MacOsX")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[NonParallelizable]
public sealed class CredentialHelperTests
{
    private string _folder = "";
    private string _path = "";

    [SetUp]
    public void Put_a_folder_on_the_path()
    {
        _folder = Directory.CreateTempSubdirectory("helpers-").FullName;
        _path = Environment.GetEnvironmentVariable("PATH")!;
        Environment.SetEnvironmentVariable("PATH", _folder + Path.PathSeparator + _path);
    }

    [TearDown]
    public void Take_it_off()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_helper_is_asked_for_the_server()
    {
        Helper("read server; printf '{\"ServerURL\":\"%s\",\"Username\":\"%s\",\"Secret\":\"s\"}' \"$server\" \"$server\"");
        Assert.That(await FindAsync(), Is.EqualTo(new RegistryCredentials("r.example.com", "s")));
    }

    [Test]
    public async Task The_user_token_means_an_identity_token()
    {
        Helper("printf '{\"Username\":\"<token>\",\"Secret\":\"tok\"}'");
        Assert.That(await FindAsync(), Is.EqualTo(new RegistryCredentials("", "tok")));
    }

    [Test]
    public async Task A_helper_that_knows_nothing_is_no_error()
    {
        Helper("echo 'credentials not found in native keychain'; exit 1");
        Assert.That(await FindAsync(), Is.Null);
    }

    [Test]
    public void A_helper_that_fails_is_named_with_its_reason()
    {
        Helper("echo 'the keychain is locked' >&2; exit 2");
        Assert.That(FindAsync,
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("docker-credential-test")
                .And.Message.Contains("the keychain is locked"));
    }

    [Test]
    public void An_answer_that_is_no_JSON_is_an_error()
    {
        Helper("echo hello");
        Assert.That(FindAsync, Throws.InstanceOf<MultiStageException>().With.Message.Contains("r.example.com"));
    }

    private static Task<RegistryCredentials?> FindAsync() => new CredentialHelper("test").FindAsync("r.example.com",
        CancellationToken.None);

    private void Helper(string script)
    {
        var file = Path.Combine(_folder, "docker-credential-test");
        // Input is read to its end, as real helpers do.
        File.WriteAllText(file, $"#!/bin/sh\n[ \"$1\" = get ] || exit 9\n{script}\nstatus=$?\ncat >/dev/null\nexit $status\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
