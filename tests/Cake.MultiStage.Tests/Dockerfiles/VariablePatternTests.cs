using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

/// <summary>The operators as BuildKit's lexer has them.</summary>
public sealed class VariablePatternTests
{
    [TestCase("${X#linux/}", "amd64/v2-linux")]
    [TestCase("${X#*/}", "amd64/v2-linux")]
    [TestCase("${X##*/}", "v2-linux")]
    [TestCase("${X%-*}", "linux/amd64/v2")]
    [TestCase("${X%/*}", "linux/amd64")]
    [TestCase("${X%%/*}", "linux")]
    [TestCase("${X#?????/}", "amd64/v2-linux")]
    [TestCase("${X#amd64}", "linux/amd64/v2-linux")]
    [TestCase("${X/amd64/x64}", "linux/x64/v2-linux")]
    [TestCase("${X/linux/L}", "L/amd64/v2-linux")]
    [TestCase("${X//linux/L}", "L/amd64/v2-L")]
    [TestCase("${X/a*4/}", "linux//v2-linux")]
    [TestCase("${X/./y}", "linux/amd64/v2-linux")]
    [TestCase("a${Y#b}c", "ac")]
    public void A_value_is_changed(string text, string expected) =>
        Assert.That(VariableText.Read(text).Expand(name => name == "X" ? "linux/amd64/v2-linux" : null), Is.EqualTo(expected));

    [Test]
    public void Its_variable_is_needed() => Assert.That(VariableText.Read("${X#v}").Required, Is.EqualTo(new[] { "X" }));

    [TestCase("${X#v")]
    [TestCase("${X/v}")]
    [TestCase("${X#'v'}")]
    [TestCase("${#v}")]
    public void What_is_not_whole_is_a_problem(string text) =>
        Assert.That(VariableText.Read(text).Problem, Does.StartWith("expected ${NAME}"));

    [Test]
    public void A_written_pattern_is_read_back() =>
        Assert.That(new EnvInstruction("A", "${X##*/}") { Expand = true }.ToString(), Is.EqualTo("ENV A=\"${X##*/}\""));
}
