using System.Text;

namespace Cake.MultiStage.Projects.Node;

/// <summary>A command of a script.</summary>
/// <param name="Words">Its words, without their quotes.</param>
/// <param name="Text">The text as the script has it.</param>
/// <param name="IsPlain">Whether no shell is needed for it: it has no variable, wildcard, redirection or the like.</param>
internal sealed record ShellCommand(IReadOnlyList<string> Words, string Text, bool IsPlain);

/// <summary>A script of <c>package.json</c>, which a shell runs (POSIX.1-2024, Shell Command Language).</summary>
/// <param name="Commands">Its commands.</param>
/// <param name="IsChain">Whether each runs after the one before succeeded: they are joined by <c>&amp;&amp;</c> alone.</param>
internal sealed record ShellLine(IReadOnlyList<ShellCommand> Commands, bool IsChain)
{
    public static ShellLine Parse(string text)
    {
        List<ShellCommand> commands = [];
        List<string> words = [];
        var word = new StringBuilder();
        var (quote, hasWord, isPlain, isChain, start) = ('\0', false, true, true, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var (character, next) = (text[at], at + 1 < text.Length ? text[at + 1] : '\0');
            if (quote != '\0')
            {
                isPlain &= quote == '\'' || character is not ('$' or '`');
                if (character == quote)
                {
                    quote = '\0';
                }
                else if (character == '\\' && quote == '"' && next is '"' or '\\' or '$')
                {
                    word.Append(next);
                    at++;
                }
                else
                {
                    word.Append(character);
                }
            }
            else if (character is '"' or '\'')
            {
                (quote, hasWord) = (character, true);
            }
            else if (char.IsWhiteSpace(character))
            {
                EndWord();
            }
            else if (character is '&' or '|' or ';')
            {
                isChain &= character == '&' && next == '&';
                EndCommand(at);
                at += next == character ? 1 : 0;
                start = at + 1;
            }
            else
            {
                isPlain &= !"$`*?<>(){}~#".Contains(character, StringComparison.Ordinal);
                word.Append(character);
                hasWord = true;
            }
        }

        EndCommand(text.Length);
        return new ShellLine(commands, isChain && commands.Count > 0);

        void EndWord()
        {
            if (hasWord || word.Length > 0)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            hasWord = false;
        }

        void EndCommand(int end)
        {
            EndWord();
            if (words.Count > 0)
            {
                commands.Add(new ShellCommand([.. words], text[start..end].Trim(), isPlain));
            }

            words.Clear();
            isPlain = true;
        }
    }
}
