namespace Cake.MultiStage.Projects;

/// <summary>A description of a Ruby program.</summary>
public sealed class RubyProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets what runs, as words of a command line, such as <c>bundle exec sidekiq</c>. By default the server of
    /// <c>Gemfile.lock</c> for Rails and other programs with a <c>config.ru</c>, else the file that is a program.
    /// </summary>
    public IList<string> Command { get; set; } = [];

    /// <summary>
    /// Gets or sets the groups of the Gemfile that are left out. <c>development</c> and <c>test</c> by default.
    /// </summary>
    public IList<string> Without { get; set; } = ["development", "test"];
}
