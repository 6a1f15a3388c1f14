# The shell lines of API.md and OPERATIONS.md do what is written around them:
# each runs as it stands there, at an nginx of this test.

use strict;
use warnings;

use lib 't/lib';
use File::Basename qw( dirname );
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( read_file );

my $nginx = start_nginx(
    app => 'login on; authorized_callbacks https://shop.example.com/;',
    server => 'location /login/ { whatsauth_login demo; }');
my $api = 'http://127.0.0.1:' . $nginx->port . '/api/v1';
my $store = $nginx->root . '/store';
my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";

$ENV{PATH} = dirname($tool) . ":$ENV{PATH}";
$ENV{TOKEN} = $TOKEN;
$ENV{APP_SECRET} = $APP_SECRET;
$ENV{VERIFY_TOKEN} = $VERIFY_TOKEN;


# The block of a document that has this text; with what others stand for.

sub lines {
    my ($file, $text, %put) = @_;

    my ($lines) = grep { index($_, $text) >= 0 }
                  read_file("$TOP/docs/$file") =~ /^```sh\n(.*?)^```$/msg;
    die "no lines in $file with \"$text\"\n" if !defined $lines;

    %put = ('https://login.example.com/api/v1' => $api,
            '/var/lib/nginx/whatsauth' => $store, %put);

    for my $there (sort keys %put) {
        $lines =~ s/\Q$there\E/$put{$there}/g;
    }

    return $lines;
}


sub shell {
    my ($lines) = @_;

    open my $out, '-|', 'sh', '-c', "cd '$TOP'; { $lines\n} 2>/dev/null"
        or die "sh: $!\n";

    return do { local $/; <$out> } // '';
}


sub json {
    my ($said) = @_;

    return eval { JSON::PP::decode_json($said) } // { said => $said };
}


# The short way, from the code to the result

my $said = shell(lines('API.md', 'curl -i'));
my ($claim) = $said =~ /^whatsauth-claim: (\S+)\r$/m;
my ($id) = $said =~ /^whatsauth-id: (\S+)\r$/m;
my $issued = json($said =~ s/\A.*?\r\n\r\n//sr);

ok defined $claim, 'the short way - shows the claim' or diag $said;
like $issued->{qr}, qr{/qr/\Q$id\E\.png\z}, 'and the image';

$ENV{CLAIM} = $claim;
$ENV{REQUEST} = 'a-random-word';

is json(shell(lines('API.md', qq(Bearer \$CLAIM" \\\n    https))))->{status},
    'requested', 'GET claim - before the message';
like shell('file="' . $nginx->root . '/code.png"; '
           . lines('API.md', 'curl -o code.png', 'code.png' => '"$file"',
                   'd4cdd8fb-f3ce-422e-8145-f3ad88f81c3d' => $id)
           . 'head -c 4 "$file"'), qr/PNG/, 'qr - the image';
like shell(lines('API.md', 'demo/whatsauth-simulate --secret',
                 e6e679fde1 => $issued->{code})),
    qr/^HTTP\S+ 200 /, 'the simulator - sends the message';

is json(shell(lines('API.md', 'claim?wait=20')))->{status}, 'validated',
    'the short way - waits for the message';
like shell(lines('API.md', 'curl -N')), qr/^event: status\ndata: .*validated/m,
    'GET claim - as events, which end by themselves';

my $collected = json(shell(lines('API.md', '--data-urlencode "claim=$CLAIM"')));

is $collected->{phone_number}, '+56911111111', 'the short way - the result';
is json(shell(lines('API.md', '--data-urlencode "claim=$CLAIM"')))
    ->{collected_at}, $collected->{collected_at},
    'the same Idempotency-Key - the same result';
is json(shell(lines('API.md', '/verification/',
              '95852bde-2cd8-4614-853c-91d0abc8c89b' => $id)))->{status},
    'validated', 'GET verification - shows it';

# Codes in other ways, and Meta's handshake

my $callback = 'callback_url=https://shop.example.com/webhooks/whatsauth?s';

is json(shell(lines('API.md', $callback)))->{error}, undef,
    'a callback URL of its own - is taken';
like json(shell(lines('API.md', 'authorized_numbers=')))->{qr}, qr/\.png\z/,
    'numbers and a time - are taken';
is shell(lines('API.md', 'hub.mode=subscribe')), '1158201444',
    'the handshake - echoes the challenge';

# The store

like shell(lines('OPERATIONS.md', 'whatsauth-store stat')),
    qr/"used_pages".*^ok\n.*"code":"$issued->{code}"/ms,
    'whatsauth-store - stat, check and dump';

# The sessions of everybody, and of nobody of another app

my @people = map { Test::WhatsAuth::Browser->new($nginx) } 1 .. 3;
my @numbers = qw( 56911111111 5491122334455 4915112345678 );

$people[$_]->log_in($numbers[$_]) for 0 .. 2;

is scalar($nginx->sessions), 3, 'three people - are logged in';
is json(shell(lines('API.md', 'curl -X DELETE')))->{ended}, 1,
    'DELETE sessions - one of them is not any more';
is shell(lines('OPERATIONS.md', 'curl -X DELETE')), '',
    'the sessions of everybody - of another app';
is scalar($nginx->sessions), 2, 'are left alone';

my $ended = shell(lines('OPERATIONS.md', 'curl -X DELETE',
                        '"shop"' => '"demo"'));

is_deeply [ sort $ended =~ /"ended":(\d)/g ], [ 0, 1, 1 ],
    'the sessions of everybody - end' or diag $ended;
is scalar($nginx->sessions), 0, 'and nobody is logged in';

$nginx->stop;

done_testing;
