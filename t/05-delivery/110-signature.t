# webhook-signature by Standard Webhooks: the package standardwebhooks
# verifies callbacks of nginx, and so do the examples of docs/SECURITY.md,
# which also decide the number to log in.

use strict;
use warnings;

use lib 't/lib';
use Fcntl qw( LOCK_EX );
use File::Path qw( make_path );
use JSON::PP ();
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;

my $PATIENCE = 60;

my $folder = slot_folder() . '/verifiers';
make_path($folder);

my @secret = map { 'whsec_' . encode_base64($_, '') }
             join('', map { chr } 200 .. 231), 'k' x 24, 'x' x 64;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => "callback_retry 1200ms; callback_secret $secret[0];"
           . ' authorized_callbacks ' . $receiver->url('/') . ';');

sub log_in {
    my (%parameters) = @_;

    my $code = $nginx->issue(%parameters)->{json}{code};
    $nginx->message(text_message(">>$code<<", name => "Zo\x{eb} \x{1F600}"));
    return $receiver->wait_for($code);
}

# One secret, in two attempts

my $first = log_in(callback_url => $receiver->url('/fail/1'));
my $again = $receiver->wait_for(sub {
    $_[0]{target} eq '/fail/1' && $_[0]{time} > $first->{time}
});

like $first->{headers}{'webhook-signature'}, qr{\Av1,[A-Za-z0-9+/]{43}=\z},
    'one secret - one signature';
is $again->{headers}{'webhook-id'}, $first->{headers}{'webhook-id'},
    'one secret - the next attempt has the same id';
isnt $again->{headers}{'webhook-timestamp'},
    $first->{headers}{'webhook-timestamp'}, 'and a time of its own';
isnt $again->{headers}{'webhook-signature'},
    $first->{headers}{'webhook-signature'}, 'which is signed';

# Two secrets

$nginx->{app} .= " callback_secret $secret[1];";
$nginx->write_config($nginx->config);
$nginx->reload;

my $both = log_in();
like $both->{headers}{'webhook-signature'},
    qr{\Av1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=\z},
    'two secrets - two signatures';

# Every verifier must agree about these

my @cases;

sub verifies {
    my ($title, $good, $secret, $request, %change) = @_;

    my $body = $change{body} // $request->{body};
    my %headers = (%{ $request->{headers} }, %{ $change{headers} // {} });
    utf8::encode($body);

    push @cases, {
        title => $title,
        good => $good,
        secret => $secret,
        body => encode_base64($body, ''),
        headers => { map { $_ => "$headers{$_}" } keys %headers },
    };
}

verifies('one secret', 1, $secret[0], $first);
verifies('one secret, again', 1, $secret[0], $again);
verifies('two secrets, the first', 1, $secret[0], $both);
verifies('two secrets, the second', 1, $secret[1], $both);
verifies('another secret', 0, $secret[2], $both);
verifies('the later of one secret', 0, $secret[1], $first);

verifies('another body', 0, $secret[0], $both,
         body => $both->{body} =~ s/56911111111/56922222222/r);
verifies('a body with a space more', 0, $secret[0], $both,
         body => "$both->{body} ");
verifies('another id', 0, $secret[0], $both,
         headers => { 'webhook-id' => $first->{headers}{'webhook-id'} });
verifies('another time', 0, $secret[0], $both, headers => {
    'webhook-timestamp' => $both->{headers}{'webhook-timestamp'} + 1 });
verifies('an old one', 0, $secret[0], $both, headers => {
    'webhook-timestamp' => $both->{headers}{'webhook-timestamp'} - 301 });
verifies('a time in words', 0, $secret[0], $both, headers => {
    'webhook-timestamp' => 'now' });
verifies('no signature', 0, $secret[0], $both, headers => {
    'webhook-signature' => '' });
verifies('a version that is not known', 0, $secret[0], $both, headers => {
    'webhook-signature' => $both->{headers}{'webhook-signature'}
                           =~ s/v1,/v2,/gr });
verifies('half a signature', 0, $secret[0], $both, headers => {
    'webhook-signature' => substr $both->{headers}{'webhook-signature'}, 0, 24
});

# An old one that is well signed: only its time speaks against it.

my $old = time - 600;
verifies('one that was good ten minutes ago', 0, $secret[0], $both, headers => {
    'webhook-timestamp' => $old,
    'webhook-signature' => signed($secret[0], $old, $both) });

spill('cases.json', JSON::PP->new->canonical->encode(\@cases));

# Each verifier prints one line for each case: the code, or "refused".

sub judge {
    my ($verifier, $command) = @_;

    my @said = split /\n/, `cd '$folder' && $command 2>&1`;

    is scalar @said, scalar @cases, "$verifier - judges all"
        or return diag join "\n", @said;

    for my $n (0 .. $#cases) {
        my $case = $cases[$n];
        my $json = JSON::PP->new->utf8->decode(decode($case->{body}));

        is $said[$n], $case->{good} ? $json->{verification_code} : 'refused',
            "$verifier - $case->{title}";
    }
}

my $read_cases = <<'END';
import { readFileSync } from 'node:fs';
const cases = JSON.parse(readFileSync('cases.json'));
for (const { secret, headers, body } of cases) {
    const bytes = Buffer.from(body, 'base64');
    let said = 'refused';
    try { said = check(secret, headers, bytes).verification_code; } catch { }
    console.log(said);
}
END

SKIP: {
    my $modules = standardwebhooks();
    skip $modules->{why}, 1 if $modules->{why};

    symlink $modules->{folder}, "$folder/node_modules";
    spill('package.mjs', <<'END' . $read_cases);
import { Webhook } from 'standardwebhooks';
const check = (secret, headers, body) =>
    new Webhook(secret).verify(body.toString('utf8'), headers);
END
    judge('standardwebhooks', 'node package.mjs');
}

# The examples

my ($js) = join "\n", examples('js');
my ($python) = join "\n\n", examples('python');

SKIP: {
    skip 'no node here', 1 if system 'node --version >/dev/null 2>&1';

    spill('example.mjs', $js);
    spill('run.mjs', "import { verify as check } from './example.mjs';\n"
                     . $read_cases);
    judge('SECURITY.md, node', 'node run.mjs');

    spill('login.mjs', <<'END');
import { accept } from './example.mjs';
import { readFileSync } from 'node:fs';
const seen = new Set();
const session = {};
for (const step of JSON.parse(readFileSync('steps.json'))) {
    if ('code' in step)
        session.code = step.code;
    console.log(accept(step.verification, session, seen) ?? 'nobody');
}
END
    log_in_by('SECURITY.md, node', 'node login.mjs');
}

SKIP: {
    skip 'no Python 3.9 here', 1
        if system 'python3 -c "str.removeprefix" 2>/dev/null';

    spill('example.py', $python);
    spill('run.py', <<'END');
import base64, json
from example import verify

for case in json.load(open('cases.json')):
    try:
        body = base64.b64decode(case['body'])
        said = verify(case['secret'], case['headers'], body)
        print(said['verification_code'])
    except ValueError:
        print('refused')
END
    judge('SECURITY.md, python', 'python3 -B run.py');

    spill('login.py', <<'END');
import json
from example import accept

seen, session = set(), {}
for step in json.load(open('steps.json')):
    if 'code' in step:
        session['code'] = step['code']
    print(accept(step['verification'], session, seen) or 'nobody')
END
    log_in_by('SECURITY.md, python', 'python3 -B login.py');
}

# The length that the text promises

for my $example (examples('js'), examples('python')) {
    cmp_ok $example =~ tr/\n//, '<=', 22, 'SECURITY.md - an example is short';
}

$nginx->stop;
done_testing;


# The logins of the second examples; a step with a code begins another session.

sub log_in_by {
    my ($title, $command) = @_;

    my %validated = %{ $both->{json} };
    my $code = $validated{verification_code};
    my %failed = (%validated, id => 'f', status => 'failed');

    my @steps = (
        [ 'nobody', 'a session without a code', undef, \%validated ],
        [ 'nobody', 'a failed one', $code, \%failed ],
        [ 'nobody', 'an expired one', $code,
          { %failed, id => 'e', status => 'expired' } ],
        [ 'nobody', 'the code of another session', 'ffffffffff', \%validated ],
        [ '+56911111111', 'the code of this session', $code, \%validated ],
        [ 'nobody', 'the same again', undef, \%validated ],
        [ 'nobody', 'the same into a session of its code', $code,
          \%validated ],
    );

    spill('steps.json', JSON::PP->new->ascii->encode([ map { {
        verification => $_->[3], defined $_->[2] ? (code => $_->[2]) : ()
    } } @steps ]));

    my @said = split /\n/, `cd '$folder' && $command 2>&1`;

    is_deeply \@said, [ map { $_->[0] } @steps ],
        "$title - nobody is logged in but by the code of the session"
        or diag join "\n", @said;
}


# Brought by npm into build/, once.

sub standardwebhooks {
    my $npm = "$TOP/build/npm";

    return { why => 'no node here' }
        if system 'node --version >/dev/null 2>&1';
    return { why => 'no npm here' }
        if system 'npm --version >/dev/null 2>&1';

    make_path($npm);
    open my $lock, '>', "$npm/lock" or die "$npm/lock: $!\n";
    flock $lock, LOCK_EX;

    my $said = -e "$npm/node_modules/standardwebhooks/package.json" ? ''
        : `timeout $PATIENCE npm install --prefix '$npm' --ignore-scripts \\
           --no-audit --no-fund --fetch-retries=1 standardwebhooks\@1 2>&1`;

    return { why => 'npm cannot reach its registry' } if $?
        && !-e "$npm/node_modules/standardwebhooks/package.json";
    return { folder => "$npm/node_modules" };
}


sub examples {
    my ($language) = @_;

    return security() =~ /^```$language\n(.*?)^```$/msg;
}


sub security {
    open my $in, '<', "$TOP/docs/SECURITY.md" or die "SECURITY.md: $!\n";
    local $/;
    return <$in>;
}


sub signed {
    my ($secret, $timestamp, $request) = @_;

    require Digest::SHA;
    my $body = $request->{body};
    utf8::encode($body);

    my $key = decode($secret =~ s/^whsec_//r);
    my $signed = "$request->{headers}{'webhook-id'}.$timestamp.$body";

    return 'v1,' . encode_base64(Digest::SHA::hmac_sha256($signed, $key), '');
}


sub decode {
    return MIME::Base64::decode_base64($_[0]);
}


sub spill {
    my ($name, $text) = @_;

    open my $out, '>', "$folder/$name" or die "$folder/$name: $!\n";
    print $out $text;
    close $out;
}
