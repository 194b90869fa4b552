using System.Text.Json;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Tests.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>Licenses are named as the SPDX License List does, whatever form packages declare them in.</summary>
public sealed class LicenseTests
{
    [TestCase("MIT", "MIT")]
    [TestCase("mit", "MIT")]
    [TestCase("Expat", "MIT")]
    [TestCase("GPL-2+", "GPL-2.0-or-later")]
    [TestCase("The Apache Software License, Version 2.0", "Apache-2.0")]
    [TestCase("BSD License", "BSD License")]
    [TestCase("GPL-2+ or Artistic", "GPL-2.0-or-later OR Artistic-1.0-Perl")]
    [TestCase("(MIT OR Apache-2.0) AND ISC", "(MIT OR Apache-2.0) AND ISC")]
    [TestCase("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")]
    [TestCase("MIT and Own", "MIT and Own")]
    [TestCase("MIT AND", "MIT AND")]
    [TestCase("(MIT", "(MIT")]
    public void A_license_has_its_name(string declared, string name) => Assert.That(LicenseNames.Of(declared), Is.EqualTo(name));

    [Test]
    public void A_hostile_expression_is_text()
    {
        var deep = new string('(', 1000) + "MIT";
        Assert.That(LicenseNames.Of(deep), Is.EqualTo(deep));
    }

    /// <summary>The list that is part of CycloneDX's schema is the SPDX License List.</summary>
    [Test]
    public void Every_name_is_on_the_list()
    {
        var list = JsonElement.Parse(CycloneDxSchemas.Text("spdx.schema.json")).GetProperty("enum").EnumerateArray()
            .Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.That(LicenseNames.Known.Values.Distinct(StringComparer.Ordinal), Is.SubsetOf(list));
    }

    [TestCase("MIT", "", "MIT", true)]
    [TestCase("MIT", "", "ISC", false)]
    [TestCase("MIT", "", "MIT OR GPL-3.0-only", true)]
    [TestCase("MIT", "", "MIT AND GPL-3.0-only", false)]
    [TestCase("", "GPL-3.0-only", "MIT", true)]
    [TestCase("", "GPL-3", "GPL-3.0-only", false)]
    [TestCase("", "GPL-3.0-only", "MIT OR GPL-3.0-only", true)]
    [TestCase("", "GPL-3.0-only", "GPL-3.0-only WITH GCC-exception-3.1", false)]
    [TestCase("", "GPL-3.0-or-later", "GPLv3+ and GPLv3+ with exceptions and LGPLv2+ and Public Domain", false)]
    [TestCase("", "GPL-2.0-or-later", "LGPL-2.1-or-later AND SunPro AND GPL-2.0-or-later", false)]
    [TestCase("", "GPL-2.0-or-later", "SunPro OR GPL-2.0-or-later", true)]
    [TestCase("MIT", "", "MIT and Public Domain", false)]
    [TestCase("MIT and Public Domain", "", "MIT and Public Domain", true)]
    [TestCase("Own terms", "", "own terms", true)]
    [TestCase("Own terms", "", "Other terms", false)]
    public void A_policy_decides(string allowed, string denied, string license, bool isGood) => Assert.That(
        new LicensePolicy(Listed(allowed), Listed(denied)).IsGood(license), Is.EqualTo(isGood));

    private static string[] Listed(string license) => license.Length == 0 ? [] : [license];
}
