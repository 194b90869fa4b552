using Cake.MultiStage.Progress;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Progress;

public sealed class TestCountTests
{
    [TestCase("Passed!  - Failed:     0, Passed:    42, Skipped:     0, Total:    42, Duration: 1 s - Web.dll (net10.0)", "42 passed")]
    [TestCase("  succeeded: 42", "42 passed")]
    [TestCase("======================== 42 passed, 2 skipped, 1 warning in 0.12s =========================", "42 passed, 2 skipped")]
    [TestCase("42 passed in 1.20s", "42 passed")]
    [TestCase("test result: ok. 42 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.00s", "42 passed, 3 skipped")]
    [TestCase("Tests:       42 passed, 42 total", "42 passed")]
    [TestCase("Tests:       1 skipped, 42 passed, 43 total", "42 passed, 1 skipped")]
    [TestCase("      Tests  42 passed (42)", "42 passed")]
    [TestCase("# pass 42", "42 passed")]
    [TestCase("ℹ pass 42", "42 passed")]
    [TestCase("  42 passing (10ms)", "42 passed")]
    [TestCase("OK (42 tests, 80 assertions)", "42 passed")]
    [TestCase("[INFO] Tests run: 42, Failures: 0, Errors: 0, Skipped: 2", "40 passed, 2 skipped")]
    [TestCase("[INFO] Tests run: 42, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in a.B", null)]
    [TestCase("42 runs, 80 assertions, 0 failures, 0 errors, 1 skips", "41 passed, 1 skipped")]
    [TestCase("42 examples, 0 failures", "42 passed")]
    [TestCase("100% tests passed, 0 tests failed out of 42", "42 passed")]
    [TestCase("ok  \texample.com/shop/orders\t0.004s", "tests of 1 package passed")]
    [TestCase("ok  \texample.com/shop/orders\t(cached)", "tests of 1 package passed")]
    [TestCase("Failed!  - Failed:     1, Passed:    41, Skipped:     0, Total:    42", null)]
    [TestCase("42 passed the river", null)]
    public void What_a_test_runner_says_at_its_end_is_counted(string line, string? told)
    {
        var count = new TestCount();
        count.Read(line);
        Assert.That(count.Told, Is.EqualTo(told));
    }
}
