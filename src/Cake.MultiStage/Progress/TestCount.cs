using System.Globalization;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Progress;

/// <summary>
/// Counts tests in the output of a step, by the closing lines of test runners: the output of what passes is shown to the verbose only.
/// </summary>
internal sealed partial class TestCount
{
    private int _passed;
    private int _skipped;
    private int _packages;

    /// <summary>Gets what was counted, such as <c>42 passed, 1 skipped</c>; <see langword="null"/> where no line told.</summary>
    public string? Told =>
        _passed + _skipped > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_passed} passed{(_skipped > 0 ? $", {_skipped} skipped" : "")}")
        : _packages > 0 ? string.Create(CultureInfo.InvariantCulture, $"tests of {_packages} package{(_packages == 1 ? "" : "s")} passed")
        : null;

    public void Read(string line)
    {
        // Go tells of packages, unless it is asked to be verbose.
        if (GoPackage().IsMatch(line))
        {
            _packages++;
        }

        // Maven tells each class before it tells all.
        if (line.Contains("Time elapsed", StringComparison.Ordinal) || Closing().Match(line) is not { Success: true } match)
        {
            return;
        }

        var skipped = Number(match.Groups["skipped"]);
        _skipped += skipped;
        _passed += match.Groups["run"].Success ? Number(match.Groups["run"]) - skipped : Number(match.Groups["passed"]);
    }

    private static int Number(Group group) =>
        int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"\Aok\s+\S+\s+([0-9.]+s|\(cached\))", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex GoPackage();

    // In this order: VSTest, Microsoft.Testing.Platform, pytest, cargo, Jest and Vitest, node --test, Mocha, PHPUnit, Maven, Minitest,
    // RSpec, CTest.
    [GeneratedRegex(
        @"Failed:\s+0, Passed:\s+(?<passed>[0-9]+), Skipped:\s+(?<skipped>[0-9]+)"
        + @"|\A\s+succeeded: (?<passed>[0-9]+)\z"
        + @"|\A=* ?(?<passed>[0-9]+) passed(, (?<skipped>[0-9]+) skipped)?(, [0-9]+ [a-z]+)* in [0-9.]+s"
        + @"|\Atest result: ok\. (?<passed>[0-9]+) passed; 0 failed; (?<skipped>[0-9]+) ignored"
        + @"|\A\s*Tests:?\s+((?<skipped>[0-9]+) skipped, )?(?<passed>[0-9]+) passed"
        + @"|\A(#|ℹ) pass (?<passed>[0-9]+)\z"
        + @"|\A\s+(?<passed>[0-9]+) passing \("
        + @"|\AOK \((?<passed>[0-9]+) tests?, "
        + @"|Tests run: (?<run>[0-9]+), Failures: 0, Errors: 0, Skipped: (?<skipped>[0-9]+)"
        + @"|\A(?<run>[0-9]+) (runs|tests), [0-9]+ assertions, 0 failures, 0 errors, (?<skipped>[0-9]+) skips"
        + @"|\A(?<run>[0-9]+) examples?, 0 failures(, (?<skipped>[0-9]+) pending)?"
        + @"|\A100% tests passed, 0 tests failed out of (?<passed>[0-9]+)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Closing();
}
