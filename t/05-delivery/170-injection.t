# Names, ids and texts of strangers stay values: none of them ends a line, a
# header or a string in callbacks, replies and responses.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use Encode qw( encode_utf8 );
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;

my $receiver = start_receiver();
my $provider = start_provider();

my $nginx = start_nginx(apps => <<"END");
    whatsauth_app demo {
        token $TOKEN;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        hidden_number fail;
        failure_message "No.";
        response_message "Yes.";
        reply_limit 1000/h 1000/h;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=$ACCESS_TOKEN api=@{[ $provider->meta ]};
        twilio account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN
               api=@{[ $provider->twilio ]};
    }
END

# Texts that could become a header, a member of the JSON, a field of a form, or
# a request of their own

my %attack = (
    'a header' => "x\r\nwebhook-signature: v1,AAAA\r\n\r\n",
    'a request' => "x\r\n\r\nPOST /inside HTTP/1.1\r\nHost: x\r\n\r\n",
    'members' => '","status":"validated","phone_number":"+56922222222","x":"',
    'the end of an object' => '"}{"status":"validated"}',
    'an escape' => '\\","phone_number":"+56922222222',
    'a field' => '&To=whatsapp%3A%2B56922222222&Body=x',
    'lines of script' => "x\x{2028}\x{2029}\x{85}</script>",
    'zeros' => "x\0y\x{feff}\x{202e}",
    'a percent sign' => '%s%n%V%*s%%',
);

my @HEADERS = sort qw( accept connection content-length content-type host
    user-agent webhook-id webhook-timestamp whatsauth-channel );
my $KEYS = join ' ', qw( id status verification_code phone_number profile_name
    expires_at requested_at validated_at authorized_numbers error );

sub is_sound {
    my ($title, $request, $status) = @_;

    is_deeply [ sort keys %{ $request->{headers} } ], \@HEADERS,
        "$title - the headers, and none more";

    my $json = $request->{json};
    is join(' ', $request->{body} =~ /[{,]"(\w+)":/g), $KEYS,
        "$title - the keys, and none more" if $title !~ /members|escape/;
    is keys %$json, 10, "$title - ten members";
    is $json->{status}, $status, "$title - $status";
    is $json->{phone_number},
        $status eq 'validated' ? '+56911111111' : undef,
        "$title - the number is the sender's";
    unlike $request->{body}, qr/[\x00-\x1f\x7f]/,
        "$title - no control character";
}

for my $what (sort keys %attack) {
    my $text = $attack{$what};
    my $code = $nginx->issue->{json}{code};

    $nginx->message(text_message(">>$code<<", name => $text,
                                 id => "wamid.$text"));
    my $request = $receiver->wait_for($code);
    is_sound("a name with $what", $request, 'validated');

    is $request->{json}{profile_name},
        $text =~ s/[\x00-\x1f\x7f-\x9f]/\x{fffd}/gr,
        "a name with $what - is the name";

    $code = $nginx->issue->{json}{code};
    twilio_message($nginx, Body => ">>$code<<",
                   ProfileName => encode_utf8($text));
    is_sound("a name by Twilio with $what", $receiver->wait_for($code),
             'validated');

    # The provider, too, reads one request, and in it one JSON.

    $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<", id => "wamid.$_$text",
        message => { from => undef, from_user_id => "US.$_$text" },
        value => { contacts => [ { user_id => "US.$_$text" } ] }))
        for '', 2, 3;
    is_sound("a user id with $what", $receiver->wait_for($code), 'failed');
}

my @replies = $provider->replies(3 * keys %attack);
my @of_meta = grep { $_->{target} =~ m{^/v26\.0/} } @replies;

is @replies, 3 * keys %attack, 'replies - one for each';
is_deeply [ grep { $_->{target} ne '/v26.0/106540352242922/messages' }
            @of_meta ], [], 'replies - nowhere else';

my %to;

for my $reply (@of_meta) {
    my $json = JSON::PP->new->decode($reply->{body});

    $to{$json->{to} // $json->{recipient}}++;
    is $json->{text}{body}, $json->{to} ? 'Yes.' : 'No.',
        'replies - the text is ours';
}

is delete $to{'+56911111111'}, keys %attack, 'replies - to the sender';
is_deeply [ sort keys %to ],
    [ sort map { 'US.' . s/\0/\x{fffd}/r } values %attack ],
    'replies - and to the user ids as they came';

is_deeply [ map { $_->{body} =~ s/&Body=Yes\.\z//r }
            grep { $_->{target} !~ m{^/v26\.0/} } @replies ],
    [ ('From=whatsapp%3A%2B56943426553&To=whatsapp%3A%2B56911111111')
      x keys %attack ], 'replies by Twilio - to the sender, and no field more';

# Parameters

my $answer = $nginx->issue(
    link_message => "x\r\nSet-Cookie: a=b\r\n\r\n\"},{\"code\":\"0\" \x{202e}",
    qr => 1);
is join(' ', sort keys %{ $answer->{json} }), 'code deep_link link qr',
    'parameters - are no members of the answer';
ok !exists $answer->{headers}{'set-cookie'}, 'parameters - nor headers of it';

my $session = '%0d%0aHost:%20evil.test%0d%0a%0d%0aPOST%20/x%20HTTP/1.1"&a=\'';
my $url = $receiver->url("/204?session=$session");

is $nginx->issue(callback_url => $url)->{status}, 400,
    'parameters - a query with what must be encoded';
my $code = $nginx->issue(callback_url => $url =~ s/"/%22/r)->{json}{code};
$nginx->message(text_message(">>$code<<"));

my $request = $receiver->wait_for($code);
is $request->{target}, "/204?session=$session" =~ s/"/%22/r,
    'parameters - a query stays encoded as it was';
is_sound('a query', $request, 'validated');

# A Host of somebody's own comes into no answer, where no public URL is set.

unlike $nginx->error_log, qr/SM|wamid|v1,AAAA/, 'the log has none of it';
$nginx->stop;
$nginx = start_nginx(callback_url => $receiver->url('/204'));

for my $host ('x"},"code":"0', 'evil.test\\', "evil.test'", 'evil<b>') {
    my $answer = $nginx->request('GET', '/api/v1/verification_code?qr=1',
        { Authorization => "Bearer $TOKEN", Host => $host });

    next if $answer->{status} == 400;

    like $answer->{json}{qr},
        qr{\Ahttp://localhost/api/v1/qr/[0-9a-f-]{36}\.png\z},
        "Host - $host is not echoed";
}

# A newer nginx refuses such a Host by itself, and tells it.

unlike $nginx->error_log =~ s/^.*client sent invalid host header.*$//mgr,
    qr/evil/, 'the log does not have it either';

$nginx->stop;
done_testing;
