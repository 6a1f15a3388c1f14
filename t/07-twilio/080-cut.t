# Twilio signs a text without separators, and the sender writes most of it.
# An attacker who has a signed request of another webhook of the same account
# posts its text here, cut into other fields: nginx believes none of it.

use strict;
use warnings;

use lib 't/lib';
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Twilio;

my $TARGET = '/api/v1/messages';
my $VICTIM = '+56922222222';
my $SID = 'SM' . '0' x 32;

my $receiver = start_receiver();
my $nginx = start_nginx(allow => qr/proves nothing/,
    apps => twilio_app(callback_url => $receiver->url('/204'),
                       more => 'message any;'),
    http => 'whatsauth_public_url https://login.test;',
    server => 'location = /wa { whatsauth messages; }
               location /many/ { whatsauth messages; }
               location ~ ^/x/\w+$ { whatsauth messages; }
               location /old/ {
                   rewrite ^/old/(.*) /api/v1/messages last;
               }');

sub issue {
    return $nginx->issue->{json}{code};
}

# The signed text of a request, and the same text in other fields.

sub text_of {
    my ($fields) = @_;

    return join '', map { "$_$fields->{$_}" } sort keys %$fields;
}

sub stolen {
    my ($title, $called, $fields, $target, $cut, %option) = @_;

    my $url = $option{url} // "https://login.test$target";
    my $signed = $called . text_of($fields);

    is $url . text_of($cut), $signed, "$title - the signed text is the same";

    my $answer = twilio_post($nginx, $cut, target => $target, %option,
        headers => { %{ $option{headers} // {} },
                     'X-Twilio-Signature' => twilio_signature($signed, {}) });

    # Later releases of nginx refuse such a Host themselves.

    my $by_nginx = $option{host} && $answer->{status} == 400;

    is $answer->{status}, $by_nginx ? 400 : 401, "$title - is refused";
    is $answer->{json}{error}, $by_nginx ? undef : 'invalid_signature',
        '  as a bad signature';
}

# All fields of a message, from the text on, by somebody else

sub message {
    my ($code, %more) = @_;

    return (
        AccountSid => $ACCOUNT_SID,
        ApiVersion => '2010-04-01',
        Body => ">>$code<<",
        From => "whatsapp:$VICTIM",
        MessageSid => $SID,
        NumMedia => '0',
        SmsMessageSid => $SID,
        SmsSid => $SID,
        To => "whatsapp:$PHONE",
        %more,
    );
}

my $code = issue();

# By another host, which only the Host header names here

my %cut = message($code);
my $start = text_of(\%cut);
my $rest = twilio_fields(Body => '');
my %real = (%$rest, Body => "x\@evil.test$TARGET$start" . 'Z');
my ($before, $after) = split /\Q$real{Body}\E/, text_of(\%real);

for my $called ('login.test?support', 'login.test') {
    stolen('another host', "https://$called", \%real, $TARGET,
        { %cut, Z => $after }, host => "$called${before}x\@evil.test",
        url => "https://$called${before}x\@evil.test$TARGET");
}

# By user and password, which a client sends in a header

%real = (%$rest, Body => "x\@login.test$TARGET$start" . 'Z');
($before, $after) = split /\Q$real{Body}\E/, text_of(\%real);

stolen('user and password', 'https://login.test', \%real, $TARGET,
    { %cut, Z => $after },
    url => "https://login.test${before}x\@login.test$TARGET",
    headers => { Authorization =>
                 'Basic ' . encode_base64("login.test${before}x:", '') });

# By another path, which nginx normalises to ours

for my $query ('', '?x=', '?auth_token=x') {
    %real = (%$rest, Body => "/..$TARGET$query$start" . 'Z');
    ($before, $after) = split /\Q$real{Body}\E/, text_of(\%real);

    stolen("another path, $query", 'https://login.test/support', \%real,
           "/support$before/..$TARGET$query", { %cut, Z => $after });
}

# On the same path, by the text

sub same_path {
    my ($title, $more) = @_;

    my ($body, $cut) = @$more;
    %real = (%$rest, Body => $body);
    stolen($title, "https://login.test$TARGET", \%real, $TARGET, $cut);
}

{
    my %tail = %cut;
    delete @tail{qw( AccountSid ApiVersion Body )};
    my $crafted = ">>$code<<" . text_of(\%tail) . 'Z';
    my (undef, $after) = split /\Q$crafted\E/,
                         text_of({ %$rest, Body => $crafted });

    same_path('the same path', [ $crafted, { %cut, Z => $after } ]);

    # The same with the number that the victim would have

    my $wa_id = substr $VICTIM, 1;
    $crafted =~ s/Z\z/WaId${wa_id}Z/;
    same_path('the same path, with WaId',
              [ $crafted, { %cut, WaId => $wa_id, Z => $after } ]);
}

# By text and name together, and no field that a message has not

{
    my %first = (From => "whatsapp:$VICTIM", MessageSid => $SID,
                 NumMedia => '0', NumSegments => '1');
    my %second = (SmsMessageSid => $SID, SmsSid => $SID,
                  SmsStatus => 'received', To => "whatsapp:$PHONE",
                  WaId => substr($VICTIM, 1));
    my %real = (%$rest, MessageType => undef, ReferralNumMedia => undef,
        Body => ">>$code<<" . text_of(\%first) . 'ProfileName',
        ProfileName => 'x' . text_of(\%second) . 'Z');
    delete @real{qw( MessageType ReferralNumMedia )};

    my ($between) = text_of(\%real) =~ /ProfileName(From.*ProfileName)x/;
    my ($after) = text_of(\%real) =~ /WaId\d+Z(Sms.*)/;

    stolen('text and name', "https://login.test$TARGET", \%real, $TARGET, {
        AccountSid => $ACCOUNT_SID, ApiVersion => '2010-04-01',
        Body => ">>$code<<", %first, ProfileName => "${between}x", %second,
        Z => $after,
    });
}

# By a webhook of Conversations: its Attributes are a participant's, and all of
# the message is in them.  Nothing after AccountSid is Twilio's.

my %conversations = (
    onParticipantAdded => {
        ConversationSid => 'CH' . '1' x 32,
        DateCreated => '2026-11-27T22:00:00Z', Identity => 'mallory',
        ParticipantSid => 'MB' . '1' x 32, RetryCount => '0',
        RoleSid => 'RL' . '1' x 32, Source => 'SDK',
    },
    onConversationAdd => {
        ChatServiceSid => 'IS' . '1' x 32, FriendlyName => 'x',
        RetryCount => '0', Source => 'SDK',
    },
);

for my $event (sort keys %conversations) {
    my %more = (%{ $conversations{$event} }, EventType => $event);
    my %wanted = message($code, WaId => substr($VICTIM, 1));
    delete @wanted{qw( AccountSid ApiVersion )};

    my %real = (AccountSid => $ACCOUNT_SID, %more,
                Attributes => '{"x":"' . text_of(\%wanted) . 'Z"}');

    stolen($event, "https://login.test$TARGET", \%real, $TARGET, {
        AccountSid => $ACCOUNT_SID, Attributes => '{"x":"', %wanted,
        Z => '"}' . text_of(\%more),
    });
}

# By a webhook that an operator has made, without AccountSid

{
    my %cut = message($code);
    my %real = (Author => text_of(\%cut) . 'Z', Text => 'x');

    stolen('a webhook without AccountSid', "https://login.test$TARGET",
           \%real, $TARGET, { %cut, A => 'uthor', Z => 'Textx' });
}

# By the arguments of the URL, and by fields that are a part of it

{
    my %real = (%$rest, Body => "A$start" . 'Z');
    my ($before, $after) = split /\Q$real{Body}\E/, text_of(\%real);

    stolen('an argument', "https://login.test$TARGET?auth_token=x", \%real,
           "$TARGET?auth_token=x${before}A", { %cut, Z => $after });
}

for my $called ("$TARGET/support", "$TARGET?x=", "$TARGET.php") {
    my %real = (message($code, From => 'whatsapp:+56911111111'));

    stolen("the webhook $called", "https://login.test$called", \%real,
           $TARGET, { %real, substr($called, length $TARGET) => '' });
}

# Targets that are not the endpoint, whatever is signed

for my $target ("$TARGET?", "$TARGET?x=1", "$TARGET?app=demo&x=1",
                "$TARGET?app=demo&app=demo", "$TARGET?app=de%6do",
                "$TARGET?auth_token=a/b", '/api/v1/%6dessages',
                '/api//v1/messages', '/x/../api/v1/messages',
                '/api/v1/./messages', "/old/hook", '/wa?y=1', '//wa',
                '/many/a%20b', '/many//a', '/x/%61')
{
    my $answer = twilio_post($nginx, { message($code) }, target => $target,
                             url => "https://login.test$target");
    is $answer->{status}, 401, "target - $target";
    like $answer->{json}{detail}, qr/must be exactly that of this endpoint/,
        '  and the answer says why';
}

is_deeply [ map { $_->{status} } $nginx->records ], ['requested'],
    'none of all these has validated the code';
is_deeply [ $receiver->requests ], [], 'and no site was called';

is scalar(() = $nginx->error_log
              =~ /\[error\].*proves nothing: [^,]+, count=1/g), 1,
    'the log says why, once a minute';
unlike $nginx->error_log, qr/$code|\Q$VICTIM\E/,
    'and neither code nor number';

# Ordinary texts count, at each kind of location.

my %ordinary = (
    $TARGET => { Body => 'From Paris to Body shop To whatsapp' },
    "$TARGET?app=demo" => { Body => 'Todo: 2 from 3',
                            ProfileName => 'To Body' },
    '/wa' => { Body => 'AccountSid', AddOns => '{"status":"successful"}' },
    '/many/shop' => { Body => "caf\xc3\xa9 From", Zoo => 'To' },
    '/x/shop' => { Body => 'To: 12 From: 3' },
);

for my $target (sort keys %ordinary) {
    my %field = %{ $ordinary{$target} };
    $code = issue();

    is twilio_post($nginx,
                   twilio_fields(%field, Body => "$field{Body} >>$code<<"),
                   target => $target, url => "https://login.test$target")
       ->{body}, $TWIML, "ordinary - $target";
    ok $receiver->wait_for($code), 'validates the code';
}

# A field before AccountSid could be the end of a URL that a client chose, or
# the beginning of a field of another webhook.

$code = issue();
is twilio_post($nginx, { message($code), Aaa => '1' }, target => $_,
               url => "https://login.test$_")->{status}, 401,
    "a field between the URL and AccountSid, $_ - is refused"
    for "$TARGET?app=demo", '/many/shop', $TARGET;

$nginx->stop;
done_testing;
