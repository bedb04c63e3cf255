use strict;
use warnings;
use lib 't/lib';
use StauthTest;
use Test::More;

sub location {
    my ($request) = @_;
    my %headers = map { @$_ } @{$request->headers};
    return $headers{Location};
}

subtest 'a NUL' => sub {
    fails InvalidArgument => 'invalid_text', sub { auth->request("G\0T", '/') };
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', "/\0") };
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', '/', [['Cookie', "a\0"]]) };
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', '/', [], client_address => "1\0") };
    my $request = begun;
    fails InvalidArgument => 'invalid_text', sub { $request->login("a\0b") };
    fails InvalidArgument => 'invalid_text', sub { $request->login(undef, login_hint => "a\0b") };
    fails InvalidArgument => 'invalid_text', sub { $request->refuse("a\0b") };
    is $request->status, 0;
};

subtest 'what is no text' => sub {
    my $request = begun;
    for my $wrong ([], {}, sub { }) {
        fails InvalidArgument => 'invalid_text', sub { $request->login($wrong) };
        fails InvalidArgument => 'invalid_text', sub { auth->request('GET', $wrong) };
        fails InvalidArgument => 'invalid_text', sub { auth->request('GET', '/', [['Cookie', $wrong]]) };
    }
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', undef) };
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', "/\x{100}") };
    fails InvalidArgument => 'invalid_text', sub { auth->request('GET', "/\xff") };
    ok !eval { $request->login(undef, hint => 'x') };
    like $@, qr/unknown option: hint/;
    my $odd = auth->request('GET', '/', [['Referer', "\xff\xfe"], ['Cookie', "\xff=\xfe"]]);
    ok !$odd->begin, 'headers have any bytes';
    my $wide = "\xff";
    utf8::upgrade($wide);
    ok !auth->request('GET', '/', [['Cookie', $wide]])->begin, 'however Perl keeps them';
};

subtest 'huge input' => sub {
    my $huge = 'x' x 70_000;
    for my $name (qw(Cookie Referer Accept)) {
        fails LimitExceeded => 'too_large', sub { auth->request('GET', '/', [[$name, $huge]]) };
    }
    fails LimitExceeded => 'too_large', sub { auth->request('GET', "/$huge") };
    fails LimitExceeded => 'too_large', sub { begun->login($huge) };
    fails LimitExceeded => 'too_large', sub { auth->request('POST', '/auth/login')->set_body($huge) };
};

subtest 'names that Perl has as characters' => sub {
    my ($site, $cookie) = ('sec-fetch-site', 'cookie');
    utf8::upgrade($_) for $site, $cookie;
    my @headers = (['Host', 'localhost:8501'], [$cookie, "a=\xff" . "\xff" x 42], ['origin', 'http://localhost:8501'], [$site, 'cross-site']);
    my $request = auth->request('POST', '/auth/logout', \@headers);
    ok $request->begin && $request->status == 403 && log_lines() =~ /another site sent/, 'no header is lost';
};

subtest 'a request after its end' => sub {
    my $request = begun({sub => 'ada'});
    $request->close for 1, 2;
    is $request->user->claim('sub'), 'ada', 'it was read before the end';
    for my $call (qw(login logout refresh access_token require_login)) {
        fails InvalidArgument => 'out_of_sequence', sub { $request->$call };
    }
    fails InvalidArgument => 'invalid_handle', sub { $request->refuse('x') };
    fails InvalidArgument => 'invalid_handle', sub { $request->content };
    fails InvalidArgument => 'invalid_handle', sub { $request->set_body('x') };
    is_deeply [$request->status, $request->error, $request->headers, $request->wants_body, $request->is_fresh(10)],
        [-1, undef, [], '', ''];
    fails InvalidArgument => 'invalid_handle', sub { $request->begin };
};

subtest 'copies, which would free a handle twice' => sub {
    require Storable;
    for my $object (auth, auth->request('GET', '/'), Stauth::Gate->new(auth, 1)) {
        ok !eval { Storable::dclone({in => $object}) };
        like $@, qr/cannot be copied/;
    }
};

subtest 'calls out of order' => sub {
    my $request = auth->request('GET', '/');
    fails InvalidArgument => 'out_of_sequence', sub { $request->login };
    ok !$request->user->logged_in;
};

subtest 'options of a login' => sub {
    my $request = begun;
    my %options = (login_hint => 'ada', prompt => 'login', acr_values => 'mfa', max_age => 300, ui_locales => 'de');
    $request->login(undef, return_to => '/x', %options);
    like location($request), qr/\b$_=$options{$_}\b/ for sort keys %options;
};

subtest 'an option that is refused' => sub {
    my $request = begun;
    fails InvalidArgument => 'option_invalid', sub { $request->login(undef, login_hint => 'ada', max_age => -1) };
    $request->login;
    unlike location($request), qr/login_hint/;
};

subtest 'fresh' => sub {
    my $request = begun({auth_time => time - 100});
    is_deeply [$request->is_fresh(50), $request->is_fresh(1000)], ['', 1];
};

subtest 'access token and refresh' => sub {
    my $app     = Stauth::Testing->new(settings => {'auth.expose_tokens' => 'access'});
    my $request = begun({sub => 'ada'}, [], $app);
    my ($token, $expiry) = $request->access_token;
    cmp_ok abs($expiry - time - 3600), '<', 60;
    is $request->user->claim('tokens')->{access}, $token;
    $request->refresh;
    is $request->user->claim('sub'), 'ada';
    isnt $request->user->claim('tokens')->{access}, $token, 'the refresh gave another';
    isnt +($request->access_token)[0], $token;
    my $anonymous = begun(undef, [], $app);
    fails RequestRefused => 'not_signed_in', sub { $anonymous->access_token };
};

subtest 'logout' => sub {
    my $request = begun({sub => 'ada'});
    ok $request->user->logged_in;
    $request->logout(local => 1);
    is_deeply [$request->status, $request->user->logged_in], [303, ''];
    my $refused = auth->request('POST', '/x', [['Cookie', auth->cookie_header], ['Sec-Fetch-Site', 'cross-site']]);
    $refused->begin;
    fails RequestRefused => 'cross_site_request', sub { $refused->logout };
    ok !eval { $refused->logout(locally => 1) };
};
subtest 'memory' => sub {
    my $resident = sub { open my $file, '<', '/proc/self/statm' or die "statm: $!\n"; (split ' ', <$file>)[1] * 4 };
    my $request  = begun({sub => 'ada'});
    my $repeat = sub {
        for (1 .. 5000) {
            eval { $request->login('nobody') };
            auth->request('GET', '/', [['Cookie', 'a=b']])->begin;
        }
    };
    $repeat->();
    my $before = $resident->();
    $repeat->();
    cmp_ok $resident->() - $before, '<', 500, 'KiB that errors and requests leave';
};
done_testing;
