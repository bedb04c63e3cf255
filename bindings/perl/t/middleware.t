use strict;
use warnings;
use lib 't/lib';
use StauthTest;
use Test::More;

my $WHO = sub {
    my ($env) = @_;
    my $who = $env->{'stauth.request'}->user->claim('sub') // '';
    return [200, ['Content-Type' => 'text/plain', 'Cache-Control' => 'no-store'], [$who]];
};
my $LOGIN = sub { $_[0]{'stauth.request'}->login; return $PAGE->() };

subtest 'user and headers' => sub {
    my $answer = visit('/', app => $WHO, user => {sub => 'ada'});
    is_deeply [$answer->content, map { $answer->header($_) } qw(Vary Cache-Control)], ['ada', 'Cookie', 'no-store'];
    is visit('/', app => $WHO)->content, '';
};

subtest 'a response that is replaced' => sub {
    my $is_closed = 0;
    my $body      = Plack::Util::inline_object(getline => sub { return }, close => sub { $is_closed = 1 });
    my $streamed  = sub {
        my ($env) = @_;
        return sub {
            my $writer = $_[0]->([201, ['X-Page' => 1, 'Content-Type' => 'text/plain']]);
            $writer->write($_) for 'the ', 'page';
            $writer->close;
        };
    };
    my %kinds = (list => $PAGE, object => sub { [201, ['X-Page' => 1, 'Content-Type' => 'text/plain'], $body] },
        stream => $streamed, empty => sub { [204, [], []] });
    for my $kind (sort keys %kinds) {
        my $answer = visit('/', headers => {Accept => 'text/html'},
            app => sub { $_[0]{'stauth.request'}->login; $kinds{$kind}->(@_) });
        is_deeply [$answer->code, $answer->content, scalar $answer->header('X-Page')], [302, '', undef], $kind;
        like $answer->header('Location'), qr{^https://provider\.test/authorize\?}, $kind;
        my $page = visit('/', app => sub { $_[0]{'stauth.request'}->refuse('state_mismatch'); $kinds{$kind}->(@_) });
        is_deeply [$page->code, scalar $page->header('X-Page')], [400, undef], $kind;
        like $page->content, qr/state_mismatch/, $kind;
        unlike $page->content, qr/the page/, $kind;
    }
    ok $is_closed, 'the body is closed';
    is visit('/', app => $streamed)->content, 'the page', 'without a login the page is sent';
};

subtest 'cookies are added' => sub {
    my $idle = Stauth::Testing->new(settings => {'auth.idle_timeout' => '1m', 'auth.session_lifetime' => '1h'});
    my $app = sub {
        $_[0]{'stauth.request'}->user;
        return [200, ['Content-Type' => 'text/plain', 'Set-Cookie' => 'mine=1', Vary => 'Accept'], ['x']];
    };
    my $answer = visit('/', app => $app, auth => $idle, user => {sub => 'ada'});
    is_deeply [$answer->header('Vary')], ['Accept', 'Cookie'];
    is +($answer->header('Set-Cookie'))[0], 'mine=1';
};

subtest 'an error that nobody catches' => sub {
    log_lines;
    my $answer = visit('/', app => sub { $_[0]{'stauth.request'}->login('nobody') });
    is $answer->code, 404;
    like $answer->content, qr/provider_unknown/;
    like log_lines, qr/^warning uncaught: provider_unknown: there is no provider/m;
    is visit('/', app => sub { die "mine\n" })->content, "mine\n", 'the error of an application is its own';
    is visit('/', app => sub { die {code => 7} })->code, 500;
};

subtest 'an error of an application that responds later' => sub {
    my $later = sub { my ($env) = @_; return sub { $env->{'stauth.request'}->login('nobody') } };
    my $answer = visit('/', app => $later);
    is $answer->code, 404;
    like $answer->content, qr/provider_unknown/;
    is visit('/', app => sub { return sub { die "mine\n" } })->content, "mine\n";
    my $begun = sub {
        return sub { my $writer = $_[0]->([200, ['Content-Type' => 'text/plain']]); $writer->write('a'); die "mine\n" };
    };
    unlike visit('/', app => $begun)->content, qr/<html/;
};

subtest 'a request that is refused' => sub {
    my %cases = (too_large => {HTTP_COOKIE => 'x' x 70_000}, invalid_text => {HTTP_ACCEPT => "a\0"});
    for my $code (sort keys %cases) {
        my $answer = visit('/', env => $cases{$code});
        cmp_ok $answer->code, '>=', 400;
        like $answer->content, qr/$code/;
        ok $answer->header('Content-Security-Policy');
    }
};

subtest 'the request is closed' => sub {
    my $kept;
    my $keep = sub { $kept = $_[0]{'stauth.request'}; return $PAGE->() };
    visit('/', app => $keep, user => {sub => 'ada'});
    is_deeply [$kept->user->claim('sub'), $kept->status], ['ada', -1];
    fails InvalidArgument => 'out_of_sequence', sub { $kept->login };
    visit('/', app => sub { $keep->(@_); die "mine\n" });
    is $kept->status, -1;
};

subtest 'a form' => sub {
    my %form = (method => 'POST',
        headers => {Origin => 'http://localhost:8501', 'Content-Type' => 'application/x-www-form-urlencoded'});
    my $answer = visit('/auth/login', %form, content => 'return_to=/x');
    is $answer->code, 303;
    ok $answer->header('Location');
    is visit('/auth/login', %form, content => 'x' x 65_537)->code, 413;
    my $echo = sub { $_[0]{'psgi.input'}->read(my $body, 100); return [200, ['Content-Type' => 'text/plain'], [$body]] };
    is visit('/page', %form, app => $echo, content => 'mine')->content, 'mine';
};

subtest 'HEAD' => sub {
    is visit('/auth/logout', method => 'HEAD')->content, '';
    is visit('/', method => 'HEAD', app => $LOGIN)->content, '';
};

subtest 'gate' => sub {
    my %gate = (gate => {require_login => 1, open_paths => ['/health', '/static/']});
    my %cases = ('/' => 302, '/health' => 200, '/health/x' => 302, '/static/a.css' => 200, '/static/..%2fx' => 302,
        '/static' => 302, '/static/%2e%2e/x' => 302);
    for my $path (sort keys %cases) {
        is visit($path, %gate, headers => {Accept => 'text/html'})->code, $cases{$path}, $path;
        is visit($path, %gate, user => {sub => 'ada'})->code, 200, $path;
    }
    is visit('/', %gate, headers => {Accept => 'application/json'})->code, 401;
    ok !eval { visit('/', gate => {open_paths => ['/x']}) };
    for my $path ('health', '/a/../b') {
        my $wrong = {require_login => 1, open_paths => [$path]};
        fails ConfigurationError => 'configuration_invalid', sub { visit('/', gate => $wrong) };
    }
    fails InvalidArgument => 'invalid_text', sub { visit('/', gate => {require_login => 1, open_paths => ["/\0"]}) };
};

subtest 'gate of the settings' => sub {
    my %closed = (auth => Stauth::Testing->new(settings => {'auth.require_login' => 'true', 'auth.open_paths' => '/open/'}));
    is visit('/open/x', %closed)->code, 200;
    my %moved = (SCRIPT_NAME => '/open', REQUEST_URI => '/open/secret', PATH_INFO => '/secret');
    is visit('/secret', %closed, env => \%moved)->code, 302, 'the path that the application routes by counts';
};

subtest 'a login comes back to the page as the browser knows it' => sub {
    my @cases = (
        ['/a', {PATH_INFO => '/a'}], ['/a?x=1', {PATH_INFO => '/a', REQUEST_URI => '/a?x=1'}],
        ['/%C3%A4', {PATH_INFO => "/\xc3\xa4", REQUEST_URI => '/%C3%A4'}], ['/a', {PATH_INFO => '/a', REQUEST_URI => '/o'}],
        ['/a', {PATH_INFO => '/a', REQUEST_URI => 'http://evil.example/b'}], ['/', {}],
        ['/app/p', {SCRIPT_NAME => '/app', PATH_INFO => '/p', REQUEST_URI => '/app/p'}],
        ['/app/p?q', {SCRIPT_NAME => '/app', PATH_INFO => '/p', QUERY_STRING => 'q'}],
        ['/%C3%A4%20b%3F%25', {PATH_INFO => "/\xc3\xa4 b?%"}],
    );
    is Plack::Middleware::Stauth::_target($_->[1]), $_->[0], $_->[0] for @cases;
};

subtest 'the log names request and client' => sub {
    log_lines;
    visit('/oauth2callback?code=x&state=y', env => {HTTP_X_REQUEST_ID => 'id-7', REMOTE_ADDR => '192.0.2.1'});
    like log_lines, qr/request_id=id-7 client_address=192\.0\.2\.1$/;
};

subtest 'a path of a file' => sub {
    fails ConfigurationError => 'configuration_invalid', sub {
        Plack::Middleware::Stauth->wrap($PAGE, auth => '/nowhere/secrets.toml');
    };
};
done_testing;
