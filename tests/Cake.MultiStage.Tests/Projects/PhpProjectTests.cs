using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class PhpProjectTests : FolderFixture
{
    private ImageProject Project(Action<PhpProjectSettings>? configure = null)
    {
        var settings = new PhpProjectSettings();
        configure?.Invoke(settings);
        return PhpPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<PhpProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private TemporaryFolder Slim() => _folder
        .File("composer.json", """{ "name": "acme/shop", "type": "project", "require": { "php": "^8.2", "slim/slim": "^4.0" } }""")
        .File("composer.lock",
            """{ "packages": [{ "name": "slim/slim", "require": { "php": "^7.4 || ^8.0", "ext-json": "*" }, "dist": """
                + """{ "type": "zip" } }] }""")
        .File("public/index.php", "<?php");

    [Test]
    public void A_web_application_is_shown_by_Apache()
    {
        Slim();
        Assert.That(Text(), Is.EqualTo(
            """
            FROM php:8.5-apache AS runtime
            RUN cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" \
             && a2enmod rewrite \
             && echo "Listen 8080" > /etc/apache2/ports.conf \
             && echo "ServerName localhost" >> /etc/apache2/apache2.conf \
             && printf "%s\n" "<VirtualHost *:8080>" "DocumentRoot /app/public" "<Directory /app/public>" "AllowOverride All" "Require ↩
            all granted" "FallbackResource /index.php" "</Directory>" "</VirtualHost>" > /etc/apache2/sites-available/000-default.conf

            FROM runtime AS builder
            ENV COMPOSER_HOME=/composer
            ENV COMPOSER_CACHE_DIR=/composer/cache
            ENV COMPOSER_ALLOW_SUPERUSER=1
            ENV COMPOSER_NO_INTERACTION=1
            RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt/lists,sharing=locked if ↩
            command -v apt-get >/dev/null; then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y ↩
            --no-install-recommends unzip; else apk add --no-cache unzip; fi
            WORKDIR /app
            COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
            COPY composer.json composer.lock ./
            RUN --mount=type=cache,target=/composer/cache composer install --no-dev --no-scripts --no-autoloader --prefer-dist --no-progress
            COPY . .
            RUN composer dump-autoload --no-dev --optimize

            FROM builder AS program
            RUN find . -mindepth 1 -maxdepth 1 \( -name "node_modules" -o -name "tests" -o -name "test" -o -name "docs" -o -name ↩
            "docker" -o -name ".docker" -o -name ".github" -o -name ".ddev" -o -name "Dockerfile*" -o -name "docker-compose*" -o -name ↩
            "compose*.y*ml" -o -name "phpunit*" -o -name "phpstan*" -o -name "psalm*" -o -name "rector.php" -o -name "pint.json" -o ↩
            -name ".php-cs-fixer*" -o -name ".editorconfig" -o -name ".gitignore" -o -name ".gitattributes" -o -name ".env.example" -o ↩
            -name ".env.test" -o -name "*.md" -o -name "package.json" -o -name "package-lock.json" -o -name "yarn.lock" -o -name ↩
            "pnpm-lock.yaml" -o -name "vite.config.*" -o -name "webpack*" -o -name "tailwind.config.*" -o -name "postcss.config.*" -o ↩
            -name "tsconfig*.json" \) -exec rm -rf {} +

            FROM builder AS development
            EXPOSE 8080
            CMD ["php", "-S", "0.0.0.0:8080", "-t", "public"]

            FROM runtime AS final
            WORKDIR /app
            COPY --from=program /app/ /app/
            EXPOSE 8080
            USER 33:33
            ENTRYPOINT ["apache2-foreground"]

            """.Unfolded()));
        Assert.That(Project().Name, Is.EqualTo("shop"));
    }

    [Test]
    public void Laravel_gets_its_folders_its_assets_and_its_health()
    {
        _folder.File("composer.json", """
            { "name": "laravel/laravel", "type": "project", "require": { "php": "^8.2", "laravel/framework": "^12.0" },
              "require-dev": { "phpunit/phpunit": "^11.0" }, "scripts": { "post-autoload-dump": ["@php artisan package:discover"] } }
            """)
                .File("public/index.php")
                .File("artisan")
                .File("phpunit.xml")
                .File("storage/app/.gitignore")
                .File(".env.example", "APP_NAME=x\nDB_CONNECTION=pgsql\nCACHE_STORE=redis\n")
            .File("bootstrap/app.php", "->withRouting(health: '/up')")
            .File("package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "^7" } }""")
            .File("package-lock.json", "{}");
        var project = Project();
        var text = project.ToDockerfile().ToString();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("ENV APP_ENV=production"));
            Assert.That(text, Does.Contain("apt-get install -y --no-install-recommends libpq-dev;"));
            Assert.That(text,
                Does.Contain(
                    "docker-php-ext-install -j\"$(nproc)\" pdo_pgsql \\\n && printf \"\\n\" | pecl install redis \\\n && "
                        + "docker-php-ext-enable redis"));
            Assert.That(text, Does.Contain("COPY --from=node:26-slim /usr/local/ /usr/local/\nCOPY package.json package-lock.json ./\n"));
            Assert.That(text.IndexOf("npm run build", StringComparison.Ordinal),
                Is.GreaterThan(text.IndexOf("composer dump-autoload", StringComparison.Ordinal)));
            Assert.That(text, Does.Contain("mkdir -p storage bootstrap/cache database \\\n && composer dump-autoload"));
            Assert.That(text, Does.Contain("ln -s ../storage/app/public public/storage"));
            Assert.That(text, Does.Contain("chown -R 33:33 storage bootstrap/cache database"));
            Assert.That(text, Does.Contain("HEALTHCHECK CMD [\"curl\", \"-fsS\", \"-o\", \"/dev/null\", \"http://127.0.0.1:8080/up\"]"));
            Assert.That(text, Does.Contain("composer install --no-progress && vendor/bin/phpunit --log-junit /test-results/phpunit.xml"));
            Assert.That(project.Ignored, Does.Contain("vendor").And.Contain("public/build").And.Contain("bootstrap/cache/*.php"));
            Assert.That(project.Assumptions.Select(one => one.Text), Has.Some.Contains("There is no composer.lock")
                .And.Some.Contains("give the container APP_KEY"));
        });
    }

    [TestCase(null, "vendor", true)]
    [TestCase("includes/libs", "includes/libs", true)]
    [TestCase(null, "vendor", false)]
    public void Packages_that_are_a_part_of_the_project_ship_as_they_are(string? named, string folder, bool isPart)
    {
        _folder.File("composer.json", $$"""{ "require": { "a/b": "1" }, "config": { "vendor-dir": "{{named ?? "vendor"}}" } }""")
            .File("index.php", "<?php\n").File(folder + "/autoload.php", "<?php\n").File(".gitignore", isPart ? "*.log\n" : "/vendor/\n")
            .File(".dockerignore", isPart ? "composer.json\n" : "");
        var project = Project();
        Assert.That(project.ToDockerfile().ToString().Contains("composer install", StringComparison.Ordinal), Is.Not.EqualTo(isPart));
        Assert.That(project.Ignored, isPart ? Has.None.EqualTo("vendor") : Has.Some.EqualTo("vendor"));
        Assert.That(project.Assumptions.Count(one => one.Text.StartsWith("The packages are a part of the project",
            StringComparison.Ordinal)),
            Is.EqualTo(isPart ? 1 : 0));
    }

    [Test]
    public void Symfony_gets_its_defaults_and_its_scripts()
    {
        _folder.File("composer.json", """
            { "type": "project", "require": { "php": ">=8.2", "ext-ctype": "*", "ext-intl": "*", "symfony/framework-bundle": "7.*" },
              "scripts": { "post-install-cmd": ["@auto-scripts"] } }
            """)
                .File("composer.lock", """{ "packages": [] }""")
                .File("public/index.php")
                .File(".env", "APP_ENV=dev\nDATABASE_URL=\"mysql://app@127.0.0.1/app\"\n")
                .File("bin/console");
        var text = Text();
        Assert.That(text,
            Does.Contain(
                "COPY . .\nCOPY .env ./\nRUN mkdir -p var \\\n && composer dump-autoload --no-dev --optimize \\\n && composer run-script "
                    + "--no-dev post-install-cmd\n"));
        Assert.That(text,
            Does.Contain("docker-php-ext-install -j\"$(nproc)\" intl pdo_mysql").And.Contain("libicu-dev")
                .And.Contain("ENV APP_ENV=prod").And.Contain("chown -R 33:33 var"));
        _folder.File("importmap.php")
            .File("composer.lock", """{ "packages": [{ "name": "symfony/framework-bundle" }, { "name": "symfonycasts/sass-bundle" }] }""");
        Assert.That(Text(),
            Does.Contain("post-install-cmd \\\n && php bin/console sass:build \\\n && php bin/console asset-map:compile\n"));
        Assert.That(Project().Assumptions.Select(one => one.Text),
            Has.Some.StartsWith(".env ships with the defaults that Symfony needs to start"));
    }

    [Test]
    public void A_program_of_the_command_line_needs_no_web_server()
    {
        _folder.File("composer.json", """{ "name": "acme/tool", "bin": ["bin/tool"], "require": { "php": "~8.3.0" } }""")
            .File("bin/tool")
            .File("src/Tool.php");
        Assert.That(Text(),
            Does.StartWith("FROM php:8.3-cli AS runtime\nRUN cp \"$PHP_INI_DIR/php.ini-production\" \"$PHP_INI_DIR/php.ini\"\n")
            .And.Contain("ENTRYPOINT [\"php\", \"bin/tool\"]").And.Not.Contain("EXPOSE"));
        Assert.That(Text(php => php.Command = ["worker.php", "--all"]), Does.Contain("ENTRYPOINT [\"php\", \"worker.php\", \"--all\"]"));
    }

    [Test]
    public void Pages_alone_are_shown_as_they_are_and_what_they_call_is_there()
    {
        _folder.File("index.php", "<?php $db = new mysqli('db'); $image = imagecreatetruecolor(1, 1);").File("about.php", "<?php");
        var text = Text();
        Assert.That(text,
            Does.Contain("DocumentRoot /app\"").And.Contain("RedirectMatch 404 ^/(vendor/|composer[.]|[.](?!well-known))")
                .And.Not.Contain("FallbackResource").And.Not.Contain("composer install"));
        Assert.That(text,
            Does.Contain(
                "docker-php-ext-configure gd --with-freetype --with-jpeg --with-webp \\\n && docker-php-ext-install -j\"$(nproc)\" gd "
                    + "mysqli"));
        Assert.That(Project().Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Text.StartsWith("The web server shows the project's own folder", StringComparison.Ordinal) && !one.Doubtful));
        _folder.Folder("pages");
        Assert.That(Text(php => php.DocumentRoot = "pages"), Does.Contain("DocumentRoot /app/pages"));
        Assert.That(() => Text(php => php.DocumentRoot = "none"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'none', which is not a folder")
                .And.Message.Contains("php.DocumentRoot"));
    }

    [Test]
    public void Extensions_leave_only_the_libraries_that_they_are_linked_to()
    {
        _folder.File("index.php");
        var text = Text(php => php.Extensions = ["zip", "Redis", "json", "fancy"]);
        Assert.That(text,
            Does.Contain("manual=\"$(apt-mark showmanual)\"").And.Contain("libzip-dev;")
                .And.Contain("pecl install fancy redis")
                    .And.Contain("apt-get purge -y --auto-remove").And.Not.Contain("install -j\"$(nproc)\" json"));
        Assert.That(Project(php => php.Extensions = ["fancy"]).Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Doubtful && one.Text.Contains("The extensions fancy are taken from PECL", StringComparison.Ordinal)));
        Assert.That(Text(php => php.Extensions = ["bcmath"]),
            Does.Contain("RUN --mount")
                .And.Contain("docker-php-ext-install -j\"$(nproc)\" bcmath \\\n && rm -rf /tmp/pear")
                    .And.Not.Contain("apt-mark"));
    }

    [TestCase("^8.2", "8.5")]
    [TestCase(">=8.1 <8.4", "8.3")]
    [TestCase("~8.2", "8.5")]
    [TestCase("~8.2.0", "8.2")]
    [TestCase("^7.4 || ^8.0", "8.5")]
    [TestCase("^7.4|^8.0,<8.3", "8.2")]
    [TestCase("8.3.*", "8.3")]
    [TestCase("8.1 - 8.3", "8.3")]
    [TestCase("^8.2@stable", "8.5")]
    [TestCase("*", "8.5")]
    public void The_newest_supported_version_of_PHP_within_what_is_asked(string asked, string version)
    {
        _folder.File("composer.json", $$"""{ "require": { "php": "{{asked}}" } }""").File("index.php");
        Assert.That(Text(), Does.StartWith($"FROM php:{version}-apache AS runtime\n"));
    }

    [Test]
    public void The_packages_of_the_lock_the_platform_and_pins_have_their_say()
    {
        _folder.File("composer.json", """{ "require": { "php": ">=7.2" } }""").File("index.php")
            .File("composer.lock",
                """{ "packages": [{ "name": "a/b", "require": { "php": "^8.1, <8.5", "ext-gmp": "*" } }], "packages-dev": """
                    + """[{ "name": "c/d", "require": { "php": "<8.3", "ext-soap": "*" } }] }""");
        Assert.That(Text(), Does.StartWith("FROM php:8.4-apache").And.Contain("gmp").And.Not.Contain("soap"));
        _folder.File("composer.json", """{ "require": { "php": ">=7.2" }, "config": { "platform": { "php": "8.2.5" } } }""");
        Assert.That(Text(), Does.StartWith("FROM php:8.2-apache"));
        _folder.File(".tool-versions", "php 8.3.12\n");
        Assert.That(Text(), Does.StartWith("FROM php:8.3.12-apache"));
        Assert.That(Text(php => php.ToolchainVersion = "8.4"), Does.StartWith("FROM php:8.4-apache"));
    }

    [TestCase("{ \"php\": \">=8.2\" }", null, false)]
    [TestCase("{ \"a/b\": \"^1.0\" }", null, true)]
    [TestCase("{ \"a/b\": \"^1.0\" }", "path", false)]
    [TestCase("{ \"a/b\": \"^1.0\" }", "zip", true)]
    public void What_unpacks_archives_is_there_for_packages_that_are_some(string requires, string? dist, bool needed)
    {
        _folder.File("composer.json", $"{{ \"require\": {requires} }}").File("index.php");
        if (dist is not null)
        {
            _folder.File("composer.lock", $"{{ \"packages\": [{{ \"name\": \"a/b\", \"dist\": {{ \"type\": \"{dist}\" }} }}] }}");
        }

        Assert.That(Text().Contains("unzip", StringComparison.Ordinal), Is.EqualTo(needed));
    }

    [Test]
    public void A_platform_whose_support_has_ended_gives_way_where_all_allow_a_newer_one()
    {
        _folder.File("composer.json", """{ "require": { "php": "^7.4 || ^8.0" }, "config": { "platform": { "php": "7.4" } } }""")
            .File("index.php");
        Assert.That(Text(), Does.StartWith("FROM php:8.5-apache"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.Some.Contains("packages chosen for PHP 7.4").And.Some.Contains(
            "allow 8.5, which is taken. Set ToolchainVersion = \"7.4\" for the other."));
        _folder.File("composer.json", """{ "require": { "php": "^7.4" }, "config": { "platform": { "php": "7.4" } } }""");
        Assert.That(Text(), Does.StartWith("FROM php:7.4-apache"));
    }

    [Test]
    public void A_page_that_is_the_whole_project_is_shown_whatever_it_is_called()
    {
        _folder.File("manager.php", "<?php\n?>\n<!doctype html>\n<html lang=\"en\"></html>").File("translation.json", "{}");
        Assert.That(Text(), Does.Contain("\"DocumentRoot /app\"").And.Contain("\"DirectoryIndex manager.php\"")
            .And.Contain("CMD [\"php\", \"-S\", \"0.0.0.0:8080\", \"-t\", \".\", \"manager.php\"]"));
        _folder.File("other.php", "<html>");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("does not show what to run"));
    }

    [Test]
    public void Folders_that_the_project_keeps_empty_belong_to_the_user_who_fills_them()
    {
        Slim().File("logs/README.md", "Log files go here.").File("var/cache/.gitignore", "*\n!.gitignore\n").File("var/report/.gitkeep")
            .File("docs/README.md", "For people.").File("src/.gitignore", "*.bak").File("src/Shop.php", "<?php mkdir('x');");
        Assert.That(Text(), Does.Contain("mkdir -p logs var/cache var/report && chown -R 33:33 logs var/cache var/report\n"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.None.Contains("writes files"));
    }

    [Test]
    public void A_program_that_writes_files_to_nobody_knows_where_is_told()
    {
        Slim().File("src/Shop.php", "<?php file_put_contents($path, $text);").File("vendor/a/b.php", "<?php mkdir('x');");
        Assert.That(Project().Assumptions, Has.One.Matches<Assumption>(one => one!.Doubtful && one.Text.StartsWith(
            "src/Shop.php writes files, and the image's user may write to none", StringComparison.Ordinal)));
        Assert.That(Project(php => php.WritableFolders.Add("/app/data")).Assumptions.Select(one => one.Text),
            Has.None.Contains("writes files"));
    }

    [Test]
    public void Packages_of_a_project_without_Composer_travel_with_it()
    {
        _folder.File("index.php").File("vendor/autoload.php");
        Assert.That(Project().Ignored, Has.None.EqualTo("vendor"));
        _folder.File("composer.json", "{}");
        Assert.That(Project().Ignored, Has.Some.EqualTo("vendor"));
    }

    [Test]
    public void Credentials_are_seen_by_the_step_that_restores_alone()
    {
        Slim();
        var text = Text(php => php.Credentials = Images("{}"));
        Assert.That(text,
            Does.Contain(
                "RUN --mount=type=cache,target=/composer/cache "
                    + "--mount=type=secret,id=composer-auth,target=/composer/auth.json,required=true composer install"));
        Assert.That(text.Split("composer-auth").Length, Is.EqualTo(2));
    }

    private static Cake.MultiStage.Images.BuildSecret Images(string text) => Cake.MultiStage.Images.BuildSecret.FromValue(text);

    [Test]
    public void What_can_not_run_is_told()
    {
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a PHP project"));
        _folder.File("composer.json", """{ "name": "acme/words", "type": "library" }""").File("src/Words.php");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("holds a library, which ships in no image")
                .And.Message.Contains("php.Command.Add("));
        _folder.File("composer.json", """{ "name": "acme/words", "bin": ["a", "b"] }""");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs: a, b")
                .And.Message.Contains("php.Command.Add(\"a\")"));
        _folder.File("composer.json", "{ \"type\": \"project\" }");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("does not show what to run")
                .And.Message.Contains("php.DocumentRoot"));
        _folder.File("composer.json", "{");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not valid JSON"));
    }

    [Test]
    public void Packages_that_lie_in_the_project_come_in_before_the_install()
    {
        _folder.File("composer.json",
            """{ "type": "project", "repositories": [{ "type": "path", "url": "./packages/*" }, """
                + """{ "type": "vcs", "url": "https://example.com/x" }], "require": { "a/b": "*" } }""")
            .File("packages/a/composer.json", "{}").File("index.php");
        Assert.That(Text(),
            Does.Contain("COPY composer.json ./\nCOPY packages packages/\nRUN")
                .And.Contain("install -y --no-install-recommends unzip git;"));
        _folder.File("composer.json", """{ "repositories": { "a": { "type": "path", "url": "../a" } } }""");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'../a', outside of its folder"));
    }

    [Test]
    public void A_worker_that_is_not_started_is_told()
    {
        Slim().File("composer.lock", """{ "packages": [{ "name": "laravel/octane", "dist": {} }] }""");
        Assert.That(Project().Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Doubtful && one.Text.Contains("the worker of Octane or FrankenPHP is not started", StringComparison.Ordinal)));
    }
}
