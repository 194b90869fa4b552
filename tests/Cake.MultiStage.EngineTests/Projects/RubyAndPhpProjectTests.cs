using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>
/// Ruby programs are locked by Bundler, restored from a gem server on this host, built, and answer; PHP pages do so with Composer and
/// Apache.
/// </summary>
public sealed class RubyAndPhpProjectTests : WorkspaceFixture
{
    private async Task AnswersAsync(string text, int port, string path = "/")
    {
        await using var service = await _work.Engine.ServeAsync(_work.Tag, port);
        Assert.That(await service.ReadAsync(path), Does.Contain(text));
        Assert.That(
            int.Parse((await _work.Engine.ConfigAsync(_work.Tag)).User!.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture),
            Is.GreaterThan(0));
    }

    private async Task BuildRubyAsync(Action<RubyProjectSettings>? configure = null)
    {
        await RealClient.RunAsync(_work, "ruby:3.3", ["BUNDLE_VERSION=system"], "bundle lock", "Gemfile.lock");
        var project = _work.Cake.MultiStageRuby(".", ruby =>
        {
            ruby.ToolchainVersion = "3.3";
            ruby.Tags.Add(_work.Tag);
            configure?.Invoke(ruby);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
    }

    [Test]
    public async Task A_program_with_a_config_ru_and_a_server_with_code_in_C()
    {
        _work.Write("Gemfile", $"source \"{await PackageRegistries.AtAsync("gems/")}\"\ngem \"sinatra\"\ngem \"puma\"\ngem \"rackup\"\n");
        _work.Write("config.ru", "require_relative 'app'\nrun App\n");
        _work.Write("app.rb", """
            require 'sinatra/base'
            class App < Sinatra::Base
              set :host_authorization, permitted_hosts: []
              get('/') { 'Hello from Sinatra' }
            end
            """);
        _work.Write("spec/app_spec.rb", "");
        await BuildRubyAsync();
        await AnswersAsync("Hello from Sinatra", 9292);
        var (_, files) = await _work.Engine.RunAsync(_work.Tag, "ls", "-A", "/app");
        Assert.That(files.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(["Gemfile", "Gemfile.lock", "app.rb", "config.ru"]));
    }

    [Test]
    public async Task A_web_application_in_PHP_with_packages_an_extension_and_a_front_controller()
    {
        _work.Write("composer.json", """
            {
              "name": "acme/shop", "type": "project", "require": { "php": "^8.2", "ext-bcmath": "*", "ext-gmp": "*", "acme/words": "*" },
              "autoload": { "psr-4": { "Shop\\": "src/" } },
              "repositories": [{ "type": "path", "url": "packages/words", "options": { "symlink": false } }, { "packagist.org": false }]
            }
            """);
        _work.Write("packages/words/composer.json",
            """{ "name": "acme/words", "version": "1.0.0", "autoload": { "psr-4": { "Words\\": "src/" } } }""");
        _work.Write("packages/words/src/Greeting.php",
            "<?php namespace Words; class Greeting { static function of($name) { return \"Hello, $name\"; } }");
        _work.Write("src/Shop.php",
            "<?php namespace Shop; class Shop { static function sum() { return bcadd('3', '4') . gmp_strval(gmp_add('5', '6')); } }");
        _work.Write("public/index.php",
            "<?php require __DIR__ . '/../vendor/autoload.php'; echo Words\\Greeting::of($_SERVER['REQUEST_URI']), ' ', "
                + "Shop\\Shop::sum();");
        _work.Write("tests/ShopTest.php", "<?php");
        var project = _work.Cake.MultiStagePhp(".", php =>
        {
            php.ToolchainVersion = "8.4";
            php.Tags.Add(_work.Tag);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        await AnswersAsync("Hello, /deep/link 711", 8080, "/deep/link");
        var (_, files) = await _work.Engine.RunAsync(_work.Tag, "sh", "-c",
            "ls /app; command -v composer; dpkg-query --show libgmp-dev 2>/dev/null; true");
        Assert.That(files, Does.Contain("vendor").And.Not.Contain("tests").And.Not.Contain("composer\n").And.Not.Contain("libgmp-dev"));
    }

    [Test]
    public async Task A_program_of_the_command_line_in_PHP()
    {
        _work.Write("main.php", "<?php echo 'sum ', array_sum([3, 4]), \"\\n\";");
        var project = _work.Cake.MultiStagePhp(".", php =>
        {
            php.ToolchainVersion = "8.4";
            php.Tags.Add(_work.Tag);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "sum 7\n")));
    }
}
