using System.Text.RegularExpressions;
using Cake.MultiStage.Projects;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class ReadInTimeTests
{
    [Test]
    public void A_file_that_takes_too_long_is_an_error_that_says_what_to_do() => Assert.That(
        () => ReadInTime.Describe("/shop",
            () => throw new RegexMatchTimeoutException(new string('a', 100) + "\n::error::x", "a+", TimeSpan.FromSeconds(1))),
        Throws.InstanceOf<MultiStageException>().With.Message.StartsWith(
            $"A file of '/shop' takes too long to be understood; it begins with '{new string('a', 60)}…'.")
            .And.Message.Contains("MultiStageProject(…)"));
}
