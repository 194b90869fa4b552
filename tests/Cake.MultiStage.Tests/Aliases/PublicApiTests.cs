using Cake.MultiStage.Aliases;
using NUnit.Framework;
using PublicApiGenerator;

namespace Cake.MultiStage.Tests.Aliases;

public sealed class PublicApiTests
{
    [Test]
    public void The_public_surface_is_the_accepted_one()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var received = typeof(MultiStageAliases).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n")
            .TrimEnd() + "\n";
        var accepted = File.ReadAllText(Path.Combine(folder, "PublicApi.txt")).ReplaceLineEndings("\n");
        if (received == accepted)
        {
            return;
        }

        var file = Path.Combine(folder, "PublicApi.received.txt");
        File.WriteAllText(file, received);
        Assert.That(received, Is.EqualTo(accepted),
            $"The public surface has changed. If that is meant, copy '{file}' to tests/Cake.MultiStage.Tests/PublicApi.txt.");
    }
}
