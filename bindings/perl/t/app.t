use strict;
use warnings;
use utf8;
use lib 't/lib';
use File::Temp ();
use StauthTest;
use Test::More;

my %SETTINGS = (
    'auth.redirect_uri' => 'http://localhost:8501/oauth2callback', 'auth.client_id' => 'x', 'auth.client_secret' => 'y',
    'auth.cookie_secret'       => 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e',
    'auth.server_metadata_url' => 'https://provider.test/.well-known/openid-configuration',
);

subtest 'an error lists all problems' => sub {
    my $error = fails ConfigurationError => 'configuration_invalid', sub {
        Stauth::App->new(toml => "[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n");
    };
    like "$error", qr/redirect_uri/;
    like $error->message, qr/client_idd/;
    is_deeply [$error->http_status, $error->provider_code, $error->provider_description], [500, undef, undef];
};

subtest 'the file of the environment' => sub {
    my $file = File::Temp->new;
    local $ENV{STAUTH_SECRETS} = $file->filename;
    fails ConfigurationError => 'configuration_invalid', sub { Stauth::App->new };
    print $file "[auth]\n", map { s/^auth\.//r . " = '" . $SETTINGS{$_} =~ s/oauth2callback/in/r . "'\n" } keys %SETTINGS;
    close $file;
    my $app = Stauth::App->new;
    is_deeply [$app->callback_paths, $app->login_path, $app->logout_path, $app->requires_login],
        ['/in', '/auth/login', '/auth/logout', ''];
};

subtest 'the address of a login' => sub {
    is(auth->login_url, '/auth/login');
    is(auth->login_url(provider => 'a b', return_to => '/x?ä'), '/auth/login?provider=a%20b&return_to=%2Fx%3F%C3%A4');
};

subtest 'bad settings' => sub {
    fails InvalidArgument => 'invalid_text', sub { Stauth::App->new(secrets => "a\0b") };
    fails InvalidArgument => 'invalid_text', sub { Stauth::App->new(settings => {'auth.client_id' => "a\0b"}) };
    fails InvalidArgument => 'invalid_text', sub { Stauth::App->new(settings => {'auth.client_id' => undef}) };
    fails InvalidArgument => 'invalid_text', sub { Stauth::App->new(settings => {'auth.client_id' => []}) };
    fails InvalidArgument => 'invalid_text', sub { Stauth::App->new(settings => {"a\0" => 'x'}) };
    ok !eval { Stauth::App->new(toml => "[auth]\0") };
    ok !eval { Stauth::App->new(toml => '', secrets => 'x') };
    ok !eval { Stauth::App->new(secret => 'x') };
    like $@, qr/unknown option: secret at \S*app\.t/;
};

subtest 'user from a cookie' => sub {
    my $user = auth->user_from_cookie(auth->cookie_header(email => 'ä@example.org', n => [1, {a => undef}]));
    ok $user->logged_in;
    is_deeply [map { $user->claim($_) } qw(email n provider no)], ['ä@example.org', [1, {a => undef}], 'default', undef];
    for my $cookie (undef, '', 'a=b', "stauth_session=\0\xff") {
        ok !auth->user_from_cookie($cookie)->logged_in;
    }
    fails LimitExceeded   => 'too_large',    sub { auth->user_from_cookie('x' x 70_000) };
    fails InvalidArgument => 'invalid_text', sub { auth->user_from_cookie("\x{100}") };
};

subtest 'numbers for monitoring' => sub {
    my $counted = Stauth::Testing->new;
    $counted->sign_in;
    my ($event) = grep { $_->{event} eq 'login_succeeded' } @{$counted->stats->{events}};
    is_deeply $event, {event => 'login_succeeded', provider => 'default', count => 1};
    like $counted->stats_prometheus, qr/^stauth_events_total\{event="login_succeeded",provider="default",code=""\} 1$/m;
    my $toml = "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n";
    $toml .= "[auth.p$_]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"
        . "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n"
        for 1 .. 200;
    is 200, () = Stauth::App->new(toml => $toml)->stats_prometheus =~ /_count\{/g, 'more than the buffer has room for';
};

subtest 'an application that is closed' => sub {
    my $app    = Stauth::Testing->new;
    my $cookie = $app->cookie_header;
    my $begun  = begun({sub => 'ada'}, [], $app);
    $app->close for 1, 2;
    fails InvalidArgument => 'invalid_handle', sub { $app->user_from_cookie($cookie) };
    fails InvalidArgument => 'invalid_handle', sub { $app->request('GET', '/') };
    fails InvalidArgument => 'invalid_handle', sub { $app->login_path };
    fails InvalidArgument => 'invalid_handle', sub { $app->stats };
    fails InvalidArgument => 'invalid_handle', sub { Stauth::App::preload($app) };
    is_deeply [$app->callback_paths], [];
    is $begun->user->claim('sub'), 'ada', 'requests keep their application';
};

subtest 'log' => sub {
    log_lines;
    my $request = Stauth::App->new(settings => \%SETTINGS)->request('GET', '/oauth2callback?code=x&state=y');
    ok $request->begin;
    like log_lines, qr/^warning event=login_refused.*code=state_mismatch/m;
};

subtest 'logger that dies, as does what handles the warning' => sub {
    Stauth->set_logger(sub { die "no disk\n" });
    local $SIG{__WARN__} = sub { die "the handler of warnings: $_[0]" };
    my $request = auth->request('GET', '/oauth2callback?state=x&code=y');
    ok $request->begin && $request->status >= 400, 'no exception leaves the call by C' or diag $@;
    Stauth->set_logger(undef);
};

subtest 'logger that dies' => sub {
    Stauth->set_logger(sub { die "no disk\n" });
    my $warned = '';
    local $SIG{__WARN__} = sub { $warned .= $_[0] };
    my $request = Stauth::App->new(settings => \%SETTINGS)->request('GET', '/oauth2callback?code=x&state=y');
    ok $request->begin;
    is $request->error->code, 'state_mismatch';
    like $warned, qr/the logger failed: no disk/;
};

subtest 'log to STDERR' => sub {
    Stauth->set_logger(undef);
    my $script = 'use Stauth::Testing; my $a = Stauth::Testing->new; $a->sign_in; $a->request("GET", "/oauth2callback")->begin';
    my %expected = ('' => qr/^stauth: level=warning event=login_refused .*\n\z/, info => qr/succeeded.*\n.*refused/,
        error => qr/\A\z/, loud => qr/must be info, warning or error, not "loud"\n.*refused/);
    for my $level (sort keys %expected) {
        local $ENV{STAUTH_LOG} = $level;
        like `$^X -Ilib -e '$script' 2>&1`, $expected{$level}, "STAUTH_LOG=$level";
    }
};

subtest 'library that cannot be loaded' => sub {
    my $script = 'use Stauth; eval { Stauth::App->new }; print $@->code, $@';
    for (['/nowhere/x.so', qr{/nowhere/x\.so: }], ['libc.so.6', qr/has no st_/]) {
        local $ENV{STAUTH_LIBRARY} = $_->[0];
        my $said = `$^X -Ilib -e '$script' 2>&1`;
        like $said, qr/^library_not_found/;
        like $said, $_->[1];
        unlike $said, qr/Library\.pm line/;
    }
};

subtest 'library of another version' => sub {
    my $script = 'use Stauth; @Stauth::Library::VERSION = (9, 9); eval { Stauth::App->new }; print $@';
    like `$^X -Ilib -e '$script'`, qr/is version 0\.2, and 9\.9 is needed/;
};
done_testing;
