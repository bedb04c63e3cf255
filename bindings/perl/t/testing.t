use strict;
use warnings;
use lib 't/lib';
use StauthTest;
use Test::More;

subtest 'installed' => sub {
    my $auth = Stauth::Testing->new->install;
    is(Stauth::App->new->user_from_cookie($auth->cookie_header(sub => 'ada'))->claim('sub'), 'ada');
    ok(Stauth::App->new(secrets => '/nowhere')->user_from_cookie($auth->cookie_header)->logged_in, 'in place of a file');
    fails ConfigurationError => 'configuration_invalid', sub { Stauth::App->new(toml => '[auth]') };
    $auth->close;
    fails ConfigurationError => 'configuration_invalid', sub { Stauth::App->new };
};

subtest 'another application' => sub {
    ok !Stauth::Testing->new->user_from_cookie(auth->cookie_header)->logged_in;
};

subtest 'providers' => sub {
    my $auth = Stauth::Testing->new(providers => ['google']);
    my $user = $auth->user_from_cookie($auth->cookie_header(provider => 'google'));
    is_deeply [map { $user->claim($_) } qw(provider sub)], [qw(google user)];
    is $auth->user_from_cookie($auth->cookie_header(sub => 42))->claim('sub'), '42', 'a number';
    fails InvalidArgument => 'provider_unknown', sub { $auth->sign_in(provider => 'nobody') };
};

subtest 'a client without Accept is a browser' => sub {
    my %closed = (gate => {require_login => 1});
    is visit('/', %closed)->code, 302;
    is visit('/', %closed, headers => {Accept => 'application/json'})->code, 401;
};

subtest 'claims that are refused' => sub {
    fails TokenInvalid => 'id_token_subject_invalid', sub { auth->sign_in(sub => '') };
};

# Like a test that ends in the middle.
subtest 'a provider that dies' => sub {
    no warnings 'redefine';
    local *Stauth::Testing::Provider::_answer_to = sub { die "the test ends\n" };
    ok !eval { Stauth::Testing->new->sign_in };
    is $@, "the test ends\n";
};

subtest 'a provider without an answer' => sub {
    no warnings 'redefine';
    local *Stauth::Testing::Provider::_answer_to = sub { return };
    fails NetworkError => 'provider_unreachable', sub { Stauth::Testing->new->sign_in };
};
done_testing;
