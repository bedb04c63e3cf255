use strict;
use warnings;
use lib 't/lib';
use StauthTest;
use Test::More;

plan skip_all => 'only in the repository, which has stauth.h' unless $HEADER;

# The binding's tables say what stauth.h says.
my $code = $HEADER =~ s{/\*.*?\*/|^\#(?:[^\n]*\\\n)*[^\n]*}{ }gmsr;
my %callbacks = map { $_ => 1 } $code =~ /\(\*(st_\w+)\)\(/g;
my %numbers = (
    void => 'void', int32_t => 'sint32', st_status => 'sint32', st_action => 'sint32',
    uint32_t => 'uint32', int64_t => 'sint64', size_t => 'size_t',
);
my %functions;
while ($code =~ /ST_API\s+([^;(]*?)(\w+)\(([^;]*?)\);/gs) {
    my ($result, $name, $parameters) = ($1, $2, $3);
    $functions{$name} = [$result, grep { $_ ne 'void' } map { s/\s+/ /gr =~ s/^ | $//gr } split /,/, $parameters];
}
is keys %functions, () = $code =~ /ST_API /g, 'the header is understood';

# What this binding does not call, and why.
my %unused = map { $_ => 1 } map { @$_ } values %{{
    'the number is enough to compare' => ['st_version_string'],
    'for tests of the library'        => [qw(st_config_set_clock st_config_set_random)],
    'a program has a place to keep an app' => ['st_app_shared'],
    'operators revoke by other means' => ['st_app_end_sessions'],
    'for programs without a site' => [qw(
        st_native_new st_native_login st_native_callback st_native_device_login st_native_poll
        st_native_is_pending st_native_wait_ms st_native_expires_in st_native_url st_native_verification_uri
        st_native_user_code st_native_session
    )],
    'Perl programs use Redis'         => [qw(st_config_set_session_store st_record_set)],
    'the provider of tests is asked by the steps of an event loop' => ['st_config_set_transport'],
    'no event loop but that of tests' => [qw(
        st_request_new_preload st_request_may_block st_request_login_may_block st_request_logout_may_block st_request_loads_page
        st_exchange_method st_exchange_header_name st_exchange_header_value st_exchange_timeout_ms
        st_exchange_connect_timeout_ms st_exchange_proxy st_exchange_ca_file st_exchange_allows_loopback
    )],
    'all headers in one call' => [qw(st_request_add_header st_request_response_header_count st_request_response_header)],
    'a sub is better, and runs on the thread of the call' => ['st_config_log_to_fd'],
    'Perl has JSON'          => [qw(st_request_is_logged_in st_request_claim)],
    'coroutines share a thread' => [qw(st_request_bind st_request_unbind st_login st_logout st_user_json)],
}};
is_deeply [sort keys %Stauth::Declarations::FUNCTIONS], [sort grep { !$unused{$_} } keys %functions], 'the same functions';
is_deeply [grep { !$functions{$_} } sort keys %unused], [], 'the unused ones exist';

sub type_of {
    my ($declared, $following) = @_;
    my $name = $declared =~ s/\s*\w+\z//r;
    return $name                                if $callbacks{$name} && $name ne 'st_release';
    return 'opaque'                             if $callbacks{$name};
    return $numbers{$name} // die "a $declared" if $declared !~ /\*/;
    return 'string[]'                           if $name =~ /^const char \*const \*/;
    return 'string'                             if $declared =~ /^const char \*\w+\z/;
    return $numbers{$1} . '*'                   if $name =~ /^(\w+) \*$/ && $1 ne 'void' && $numbers{$1};
    return 'string*' if $name eq 'const char **' && ($following // '') !~ /^size_t \*\w*length\z/;
    return $name =~ /\*\*/ ? 'opaque*' : 'opaque';
}

for my $name (sort keys %Stauth::Declarations::FUNCTIONS) {
    my ($result, @parameters) = @{$functions{$name} // next};
    my @types = map { type_of($parameters[$_], $parameters[$_ + 1]) } 0 .. $#parameters;
    is_deeply $Stauth::Declarations::FUNCTIONS{$name}, [type_of("${result}x"), @types], $name;
}

my ($log) = $code =~ /typedef void \(\*st_log\)\((.*?)\);/s;
is $Stauth::Declarations::LOG, '(' . join(', ', map { type_of(s/\s+/ /gr =~ s/^ //r) } split /,/, $log) . ')->void', 'st_log';

my ($statuses) = $HEADER =~ /(ST_OK = 0.*?\};)/s;
my %kinds;
while ($statuses =~ /ST_(\w+?)(?:_ERROR)? = (\d+)/g) { $kinds{$2} = lc $1 =~ tr/_//dr }
delete $kinds{0};
is_deeply { map { $_ => lc $Stauth::Error::KINDS[$_] =~ s/Error$//r } 1 .. $#Stauth::Error::KINDS }, \%kinds, 'the kinds';

my ($listed) = $HEADER =~ /Add all of them, or at least ([\w ,\n-]+);/;
is_deeply [sort @Stauth::Request::HEADERS], [sort map { lc } split /,\s+|\s+and\s+/, $listed], 'the headers of a request';

like $HEADER =~ s/\s+/ /gr, qr/so\. At most 64 KiB/, 'the body of a request';
is $Stauth::Request::LONGEST_BODY, 65_536, 'the longest body';
like $HEADER, qr/ST_RESPOND = $Stauth::Request::RESPOND,.*ST_WAIT = $Stauth::Request::WAIT /s, 'the actions';
like $HEADER, qr/enum \{ ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 \}/, 'the levels';

my ($number) = $HEADER =~ /#define ST_VERSION_NUMBER (\d+)u/;
my @version = (int($number / 10_000), int($number / 100) % 100, $number % 100);
is sprintf('%d.%03d%03d', @version), sprintf('%.6f', $Stauth::VERSION), 'the version';
is_deeply \@Stauth::Library::VERSION, [@version[0, 1]], 'the version that is needed';
done_testing;
