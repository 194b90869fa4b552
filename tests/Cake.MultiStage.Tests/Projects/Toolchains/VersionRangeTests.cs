using Cake.MultiStage.Projects.Toolchains;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects.Toolchains;

/// <summary>Ranges of versions, as the ecosystems' own tools read them.</summary>
internal sealed class VersionRangeTests
{
    private static readonly string[] Asked = ["3.9.25", "3.10.21", "3.11.0", "3.11.16", "3.12.0", "3.12.4", "3.13.15", "3.14.7", "4.0.0"];

    [TestCase(">=3.11", "3.11.0 3.11.16 3.12.0 3.12.4 3.13.15 3.14.7 4.0.0")]
    [TestCase(">=3.11,<3.14", "3.11.0 3.11.16 3.12.0 3.12.4 3.13.15")]
    [TestCase(" >= 3.11 , < 3.13 ", "3.11.0 3.11.16 3.12.0 3.12.4")]
    [TestCase(">3.11", "3.11.16 3.12.0 3.12.4 3.13.15 3.14.7 4.0.0")]
    [TestCase("<=3.11", "3.9.25 3.10.21 3.11.0")]
    [TestCase("~=3.11", "3.11.0 3.11.16 3.12.0 3.12.4 3.13.15 3.14.7")]
    [TestCase("~=3.11.1", "3.11.16")]
    [TestCase("==3.12", "3.12.0")]
    [TestCase("==3.12.*", "3.12.0 3.12.4")]
    [TestCase("==3.*,!=3.12.*,>=3.11", "3.11.0 3.11.16 3.13.15 3.14.7")]
    [TestCase(">=3.12,!=3.12.4,<4", "3.12.0 3.13.15 3.14.7")]
    [TestCase("===3.12.4", "3.12.4")]
    [TestCase("===3.12", "")]
    [TestCase("==3.12.0rc1", "")]
    [TestCase(">3.12.0rc1,<3.13", "3.12.0 3.12.4")]
    [TestCase(">=3.12.0.post1,<3.13", "3.12.4")]
    [TestCase("<3.12.0a1,>=3.11", "3.11.0 3.11.16")]
    [TestCase("<3.12.dev0,>=3.11.5", "3.11.16")]
    [TestCase("!=3.12.0rc1,==3.12.*", "3.12.0 3.12.4")]
    [TestCase("(>=3.13,<4)", "3.13.15 3.14.7")]
    public void Specifiers_are_those_of_PEP_440(string text, string allowed) =>
        Assert.That(Allowed(PythonRange.Specifiers(text)!), Is.EqualTo(allowed));

    [TestCase("")]
    [TestCase("3.11")]
    [TestCase("^3.11")]
    [TestCase("~=3")]
    [TestCase(">=3.11.*")]
    [TestCase(">=3.11 <3.14")]
    [TestCase("latest")]
    [TestCase(">=3.11;<4")]
    public void What_is_no_specifier_is_not_taken_for_one(string text) => Assert.That(PythonRange.Specifiers(text), Is.Null);

    [TestCase("^3.11", "3.11.0 3.11.16 3.12.0 3.12.4 3.13.15 3.14.7")]
    [TestCase("^3.11.1", "3.11.16 3.12.0 3.12.4 3.13.15 3.14.7")]
    [TestCase("~3.11", "3.11.0 3.11.16")]
    [TestCase("~3.12.1", "3.12.4")]
    [TestCase("~3", "3.9.25 3.10.21 3.11.0 3.11.16 3.12.0 3.12.4 3.13.15 3.14.7")]
    [TestCase("3.12.*", "3.12.0 3.12.4")]
    [TestCase("3.12.4", "3.12.4")]
    [TestCase("*", "3.9.25 3.10.21 3.11.0 3.11.16 3.12.0 3.12.4 3.13.15 3.14.7 4.0.0")]
    [TestCase(">=3.11 <3.13", "3.11.0 3.11.16 3.12.0 3.12.4")]
    [TestCase("~3.9 || ~3.12", "3.9.25 3.12.0 3.12.4")]
    [TestCase(">=3.13,<4.0", "3.13.15 3.14.7")]
    public void Poetry_has_operators_of_its_own(string text, string allowed) =>
        Assert.That(Allowed(PythonRange.Poetry(text)!), Is.EqualTo(allowed));

    [TestCase("<21", 20, true)]
    [TestCase("<21", 21, false)]
    [TestCase(">=12", 26, true)]
    [TestCase("^20.9.0 || >=22", 21, false)]
    [TestCase("^20.9.0 || >=22", 24, true)]
    [TestCase("18 - 20", 20, true)]
    [TestCase("18 - 20", 22, false)]
    [TestCase("20.x", 20, true)]
    [TestCase("~20", 20, true)]
    [TestCase("*", 24, true)]
    [TestCase("", 24, true)]
    [TestCase(">=18 <=22 || 26", 24, false)]
    public void Ranges_of_Node_are_npm_s(string text, int major, bool allowed) =>
        Assert.That(VersionRange.Npm(text)!.Allows(new Version(major, 99, 0)), Is.EqualTo(allowed));

    [Test]
    public void What_npm_cannot_read_is_no_range() => Assert.That(VersionRange.Npm("a recent one"), Is.Null);

    private static string Allowed(VersionRange range) => string.Join(' ', Asked.Where(version => range.Allows(Version.Parse(version))));
}
