using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Moq;
using Path = System.IO.Path;

namespace Cake.MultiStage.Benchmarks;

/// <summary>A script's context: aliases as a script calls them, without its compilation.</summary>
internal static class Script
{
    /// <summary>Makes a context in a folder, with a cache of its own there.</summary>
    public static ICakeContext Context(string folder, Uri host)
    {
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupProperty(cake => cake.WorkingDirectory, new DirectoryPath(folder));
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>())).Returns<string>(name => name switch
        {
            "DOCKER_HOST" => host.OriginalString,
            "CAKE_MULTISTAGE_CACHE" => Path.Combine(folder, "cache"),
            _ => Environment.GetEnvironmentVariable(name)!,
        });
        return Mock.Of<ICakeContext>(cake => cake.FileSystem == new FileSystem()
            && cake.Log == Mock.Of<ICakeLog>()
            && cake.Environment == environment.Object
            && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }
}
