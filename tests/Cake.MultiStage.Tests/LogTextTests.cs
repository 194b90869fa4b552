using NUnit.Framework;

namespace Cake.MultiStage.Tests;

/// <summary>What is left of texts that would have something done by a terminal or a CI provider.</summary>
public sealed class LogTextTests
{
    [TestCase("plain text, tabs\tand\n  indented lines", "plain text, tabs\tand\n  indented lines")]
    [TestCase("größer, 漢字, 🐳, 👩‍🚀", "größer, 漢字, 🐳, 👩‍🚀")]
    [TestCase("std::vector<int>::size()", "std::vector<int>::size()")]
    [TestCase("## a heading, ##no command", "## a heading, ##no command")]
    [TestCase("", "")]
    public void Harmless_text_stays_as_it_is(string text, string shown) => Assert.That(LogText.CleanLines(text), Is.EqualTo(shown));

    [TestCase("\e[31mred\e[0m", "red")]
    [TestCase("\e[38;2;1;2;3mred\e[2K\e[1A", "red")]
    [TestCase("\u009b31mred", "red")]
    [TestCase("\e]0;title\aafter", "after")]
    [TestCase("\e]52;c;cHduZWQ=\e\\after", "after")]
    [TestCase("\u009d0;title\u009cafter", "after")]
    [TestCase("\e]8;;https://evil.example.com\e\\link\e]8;;\e\\", "link")]
    [TestCase("\ePq#0;2;0;0;0\e\\after", "after")]
    [TestCase("\e^private\e\\\e_application\e\\\eXstring\e\\after", "after")]
    [TestCase("\e(0\e#8\ecafter", "after")]
    [TestCase("\e", "")]
    [TestCase("\e[", "")]
    [TestCase("a\0\b\u0007\u007f\u0085b", "a b")]
    [TestCase("a\vb\fc\u2028d\u2029e", "a b c d e")]
    [TestCase("all is well\rfailed", "all is well\nfailed")]
    [TestCase("one\r\ntwo", "one\ntwo")]
    [TestCase("user\u202etxt.exe\u202c \u2066x\u2069 \u200ey\u200f \u061cz \ufeff\u200b", "usertxt.exe x y z ")]
    public void Nothing_moves_a_cursor_sets_a_title_or_turns_the_writing(string text, string shown) =>
        Assert.That(LogText.CleanLines(text), Is.EqualTo(shown));

    [Test]
    public void Half_a_character_is_shown_as_one_that_is_missing() =>
        Assert.That(LogText.CleanLines(new string('\ud800', 1) + " alone"), Is.EqualTo("\ufffd alone"));

    [Test]
    public void A_control_string_without_an_end_hides_no_other_line() =>
        Assert.That(LogText.CleanLines("\e]0;begins\nthe error is here\a"), Is.EqualTo("0;begins\nthe error is here"));

    [TestCase("::error::x")]
    [TestCase("  ::error file=a.js,line=1::x")]
    [TestCase("\t::warning::x")]
    [TestCase("one\n::set-output name=a::b")]
    [TestCase("one\r::stop-commands::token")]
    [TestCase("::any-token-at-all::")]
    [TestCase("::\0error::x")]
    [TestCase(":\e[0m:error::x")]
    [TestCase(":\u200b:error::x")]
    [TestCase("found ::add-mask::x")]
    [TestCase("found ::ERROR::x")]
    public void GitHubs_commands_are_none_any_more(string text)
    {
        // As actions/runner reads: line by line, without white space before, and looks for the second pair of colons.
        var lines = LogText.CleanLines(text).Split('\n').Select(line => line.TrimStart());
        Assert.That(lines, Has.None.StartsWith("::"));
        Assert.That(LogText.Clean(text), Does.Not.Match("(?i)::(error|warning|set-output|stop-commands|add-mask)"));
    }

    [TestCase("##vso[task.setvariable variable=a]b")]
    [TestCase("text ##VSO[task.complete]")]
    [TestCase("##[error]x")]
    [TestCase("##[group]x")]
    [TestCase("##teamcity[buildStatus text='x']")]
    [TestCase("#\0#vso[task.complete]")]
    [TestCase("###vso[task.complete]")]
    [TestCase("##\e[0mteamcity[x]")]
    public void Azures_and_TeamCitys_commands_are_none_any_more(string text)
    {
        Assert.That(LogText.CleanLines(text), Does.Not.Match(@"(?i)##[a-z]*\["));
        Assert.That(LogText.Clean(text), Does.Not.Match(@"(?i)##[a-z]*\["));
    }

    [Test]
    public void A_section_of_GitLab_is_none_any_more() =>
        Assert.That(LogText.CleanLines("section_start:1560896352:x\r\e[0Kheading"), Is.EqualTo("section_start:1560896352:x\nheading"));

    [Test]
    public void One_line_has_one_space_for_any_white_space() => Assert.That(LogText.Clean(" a \t\r\n  b\u00a0c\r"), Is.EqualTo("a b c "));

    [Test]
    public void A_long_text_says_how_much_is_left_out()
    {
        var shown = LogText.CleanLines(new string('x', 1_000_000));
        Assert.That(shown, Has.Length.LessThan(70_000).And.EndWith(" more characters)"));
        Assert.That(LogText.Clean(new string('x', 1_000_000)), Has.Length.EqualTo(2000));
    }

    [TestCase("\e]")]
    [TestCase("\e[")]
    [TestCase("##")]
    [TestCase("::")]
    [TestCase("\e]\n")]
    [TestCase("\u009d")]
    public void Cleaning_takes_no_longer_for_what_was_made_to_take_long(string piece)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        LogText.CleanLines(string.Concat(Enumerable.Repeat(piece, 60_000 / piece.Length)));
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void An_error_is_clean_in_its_message_and_with_its_causes()
    {
        var error = new MultiStageException("It failed:\n::error::a\e[31mb", new IOException("##vso[task.complete]\e]0;t\a"));
        Assert.That(error.Message, Is.EqualTo("It failed:\n: :error::ab"));
        Assert.That(error.ToString(), Does.Not.Contain("##vso[").And.Not.Contain("\e").And.Contain("vso[task.complete]"));
    }
}
