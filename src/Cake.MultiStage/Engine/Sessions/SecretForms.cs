using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>The ways in which programs write a value: as base64, in URLs, in JSON and XML, quoted for a shell, in hexadecimal.</summary>
internal static class SecretForms
{
    // A form of fewer characters than this is found in texts that have nothing to do with the secret.
    private const int ShortestPart = 6;

    // Where programs break lines: base64 and openssl, and xxd -p.
    private static readonly int[] Base64Widths = [76, 64];
    private const int HexWidth = 60;

    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value);
        var wide = Encoding.Unicode.GetBytes(text);
        return [.. Base64(value), .. Base64(wide), .. Hex(value), .. Url(text), .. Json(text), .. Xml(text), .. Shell(text)];
    }

    /// <summary>
    /// In base64 three octets make four characters, so a value within a longer one has three forms. Characters that depend on
    /// its neighbours are left out.
    /// </summary>
    private static IEnumerable<string> Base64(ReadOnlySpan<byte> value)
    {
        var forms = new List<string> { Convert.ToBase64String(value) };
        for (var before = 0; before < 3; before++)
        {
            var shifted = new byte[before + value.Length];
            value.CopyTo(shifted.AsSpan(before));
            var (first, end) = ((before * 8 + 5) / 6, shifted.Length * 8 / 6);
            forms.Add(Convert.ToBase64String(shifted)[first..end]);
        }

        foreach (var width in Base64Widths.Where(width => forms[0].Length > width))
        {
            forms.AddRange(forms[0].Chunk(width).Select(line => new string(line)));
        }

        var usual = forms.Where(form => form.Length >= ShortestPart).ToList();
        return [.. usual, .. usual.Select(form => form.Replace('+', '-').Replace('/', '_').TrimEnd('='))];
    }

    private static IEnumerable<string> Hex(ReadOnlySpan<byte> value)
    {
        var lower = Convert.ToHexStringLower(value);
        var pairs = lower.Chunk(2).Select(pair => new string(pair)).ToList();
        List<string> forms = [lower, string.Join(':', pairs), string.Join('-', pairs), string.Join(' ', pairs),
            @"\x" + string.Join(@"\x", pairs)];
        forms.AddRange(lower.Length > HexWidth ? lower.Chunk(HexWidth).Select(line => new string(line)) : []);
        return forms.Where(form => form.Length >= 2 * ShortestPart)
            .SelectMany(form => new[] { form, form.ToUpperInvariant().Replace(@"\X", @"\x", StringComparison.Ordinal) });
    }

    /// <summary>Which characters stand for themselves in a URL is a matter of the part that they are in, and of the program.</summary>
    private static IEnumerable<string> Url(string text)
    {
        // Python's quote, encodeURIComponent, encodeURI, and what is kept of a path.
        string[] kept = ["", "/", "!'()*", "!'()*;/?:@&=+$,#", "/:@!$&'()*+,;="];
        var forms = kept.Select(keep => Escaped(text, keep)).ToList();
        forms.Add(forms[0].Replace("%20", "+", StringComparison.Ordinal));
        forms.Add(WebUtility.UrlEncode(text));
        return [.. forms, .. forms.Select(LowerHex)];
    }

    private static string Escaped(string text, string keep)
    {
        var escaped = Uri.EscapeDataString(text);
        return keep.Aggregate(escaped,
            (form, character) => form.Replace(Uri.HexEscape(character), character.ToString(), StringComparison.Ordinal));
    }

    private static string LowerHex(string form)
    {
        var lower = form.ToCharArray();
        for (var at = 0; at + 2 < lower.Length; at++)
        {
            if (lower[at] == '%')
            {
                (lower[at + 1], lower[at + 2]) = (char.ToLowerInvariant(lower[at + 1]), char.ToLowerInvariant(lower[at + 2]));
            }
        }

        return new string(lower);
    }

    private static IEnumerable<string> Json(string text)
    {
        var least = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        var most = JavaScriptEncoder.Default.Encode(text);
        // What other languages write as \" instead of \u0022, in lower case, or with the slash escaped, as PHP does.
        var ascii = string.Concat(least.Select(character => character > '~' ? $@"\u{(int)character:x4}" : character.ToString()));
        var html = string.Concat(least.Select(
            character => character is '<' or '>' or '&' ? $@"\u{(int)character:x4}" : character.ToString()));
        return [least, most, ascii, html, least.Replace("/", @"\/", StringComparison.Ordinal),
            ascii.Replace("/", @"\/", StringComparison.Ordinal), LowerUnicode(most),
            least.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)];
    }

    private static string LowerUnicode(string form)
    {
        var parts = form.Split(@"\u");
        return string.Join(@"\u", parts.Select(
            (part, index) => index > 0 && part.Length >= 4 ? part[..4].ToLower(CultureInfo.InvariantCulture) + part[4..] : part));
    }

    private static IEnumerable<string> Xml(string text)
    {
        var all = SecurityElement.Escape(text);
        var content = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        var attribute = content.Replace("\"", "&quot;", StringComparison.Ordinal);
        return
        [
            all, content, attribute, content.Replace("'", "&apos;", StringComparison.Ordinal),
            // HTML: .NET, Go, Python.
            WebUtility.HtmlEncode(text), attribute.Replace("'", "&#39;", StringComparison.Ordinal),
                attribute.Replace("'", "&#x27;", StringComparison.Ordinal),
            content.Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal),
                HtmlEncoder.Default.Encode(text),
        ];
    }

    private static List<string> Shell(string text)
    {
        // sh: within quotes of either kind, and as printf %q and set -x write it.
        const string DoubleQuoted = "\\\"$`";
        const string Words = "-_./:=@%+,";
        var bare = Prefixed(text, '\\',
            character => !char.IsAsciiLetterOrDigit(character) && character < '\x80'
            && !Words.Contains(character, StringComparison.Ordinal));
        List<string> forms =
        [
            text.Replace("'", @"'\''", StringComparison.Ordinal), text.Replace("'", "'\"'\"'", StringComparison.Ordinal),
                text.Replace("'", @"\'", StringComparison.Ordinal),
            Prefixed(text, '\\', character => DoubleQuoted.Contains(character, StringComparison.Ordinal)), bare,
            Prefixed(text, '\\', character => !char.IsAsciiLetterOrDigit(character) && character < '\x80'
                && !"-_./".Contains(character, StringComparison.Ordinal)),
            // PowerShell: within double and single quotes; cmd.
            Prefixed(text, '`', character => "`\"$".Contains(character, StringComparison.Ordinal)),
                Prefixed(text, '`', character => "`$".Contains(character, StringComparison.Ordinal))
                .Replace("\"", "\"\"", StringComparison.Ordinal),
            text.Replace("'", "''", StringComparison.Ordinal), text.Replace("\"", "\"\"", StringComparison.Ordinal),
                Prefixed(text, '^', character => "^&|<>()!\"%".Contains(character, StringComparison.Ordinal)),
        ];
        // PowerShell's errors show a command in parts, cut at its ampersands.
        var parts = text.Split('&');
        if (parts.Length > 1)
        {
            forms.AddRange(new[] { string.Join('&', parts[..^1]), string.Join('&', parts[1..]) }.Where(
                part => part.Length >= ShortestPart));
        }

        return forms;
    }

    private static string Prefixed(string text, char prefix, Func<char, bool> isSpecial) =>
        string.Concat(text.Select(character => isSpecial(character) ? $"{prefix}{character}" : character.ToString()));
}
